"""Our simulated arm as a process, for a Python client. libfranka knows two ports only: 1337 and 1338."""

import json
import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"


class SimulatedRobot:
    """Context manager: `sim-panda` with the given options, listening when the block starts.

    Its time waits for a client that other programs keep from its core, except where lateness is what is tested.
    """

    def __init__(self, *options: str, patience: int = 2000) -> None:
        node = os.environ.get("FORAGER_NODE", "node")
        self._command = [node, str(ROOT / "src/main/cli.ts"), "sim-panda", "--json", "--patience", str(patience), *options]

    def __enter__(self) -> "SimulatedRobot":
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"sim-panda did not start: {self._process.stderr.read()}")
        self.where = json.loads(line)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
