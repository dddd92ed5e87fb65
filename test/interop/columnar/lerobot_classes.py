"""LeRobot's own dataset classes with PyTorch and everything for pictures replaced by the little that they touch."""

import importlib.machinery
import subprocess
import sys
import types
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np

VERSION = "0.4.4"
HOME = Path(sys.prefix) / f"lerobot-{VERSION}"
ABSENT = [
    "PIL",
    "PIL.Image",
    "accelerate",
    "av",
    "cv2",
    "deepdiff",
    "draccus",
    "torch",
    "torch.nn",
    "torch.utils",
    "torch.utils.data",
    "torchcodec",
    "torchcodec.decoders",
    "torchvision",
    "torchvision.transforms",
    "torchvision.transforms.v2",
    "torchvision.transforms.v2.functional",
]


class Absent(types.ModuleType):
    """A module of which any name can be imported; a capitalised one is a class."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []
        self.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        value = type(name, (), {}) if name[0].isupper() else MagicMock()
        setattr(self, name, value)
        return value


def load():
    """The package's dataset module; its wheel is fetched once, without what it depends on."""
    if not HOME.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*install, "--target", str(HOME), f"lerobot=={VERSION}"], check=True, timeout=120)
    for name in ABSENT:
        sys.modules[name] = Absent(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    torch = sys.modules["torch"]
    torch.tensor = lambda values, **_: np.asarray(values)
    torch.stack = lambda rows, **_: np.stack(list(rows))
    torch.Tensor = type("Tensor", (), {})
    torch.Generator = type("Generator", (), {})
    torch.nn.Module = type("Module", (), {})
    torch.utils.data.Dataset = type("Dataset", (), {})
    sys.path.insert(0, str(HOME))
    import lerobot.datasets.lerobot_dataset as module

    return module
