"""Runs the unittest files of one folder and prints one JSON line: {"passed": n, "failed": n, "skipped": n}."""

import json
import sys
import unittest

folder = sys.argv[1]
sys.path.insert(0, folder)
suite = unittest.defaultTestLoader.discover(folder)
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
failed = len(result.failures) + len(result.errors)
skipped = len(result.skipped)
print(json.dumps({"passed": result.testsRun - failed - skipped, "failed": failed, "skipped": skipped}))
sys.exit(1 if failed else 0)
