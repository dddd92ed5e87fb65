"""Calls of the program under test, and the datasets that all tests of this suite begin with."""

import functools
import json
import os
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NODE = os.environ.get("FORAGER_NODE", "node")


def forager(*words: object) -> dict:
    """One call of the program; its JSON object, or its refusal as an error."""
    command = [NODE, str(ROOT / "src/main/cli.ts"), *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(json.loads(done.stderr.strip().splitlines()[-1])["message"])
    return json.loads(done.stdout)


class GivenDatasets:
    """A temporary folder with the datasets of make_datasets.ts, and what they hold; removed when the suite ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._exports: dict[tuple, tuple[Path, dict]] = {}
        self.home = Path(self._folder.name)
        subprocess.run([NODE, str(HERE / "make_datasets.ts"), str(self.home)], check=True, timeout=120)
        self.expected = json.loads((self.home / "expected.json").read_text())

    def exported(self, kind: str, form: str, name: str, *options: str) -> tuple[Path, dict]:
        """An export of one dataset, made when it is first asked for: its path and the program's report."""
        order = (kind, form, name, *options)
        if order not in self._exports:
            out = self.home / name
            report = forager("export", self.home / f"{kind}.forager", "--format", form, "--out", out, *options)
            self._exports[order] = out, report
        return self._exports[order]


@functools.cache
def given_datasets() -> GivenDatasets:
    """The one folder of this run; recording is done once."""
    return GivenDatasets()
