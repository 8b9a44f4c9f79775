"""The targets, one module each, opened by name. Nothing else in the runner knows an adapter or driver."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from runner.errors import UsageError
from runner.storage import Storage
from runner.targets.protocol import Target

_NOT_A_TARGET = ("protocol",)


def target_names() -> tuple[str, ...]:
    """Every target that there is, as profiles.yml names it."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return tuple(name for name in names if name not in _NOT_A_TARGET and not name.startswith("_"))


def check_target(name: str) -> None:
    """Raise UsageError for a target that there is not."""
    if name not in target_names():
        raise UsageError(f"--target {name}: there is no such target; there is {', '.join(target_names())}.")


def open_target(name: str, output: Path, memory: str) -> Target:
    """The target `name` for runs into the folder `output`, in which DuckDB takes at most `memory`.

    Raises UsageError for a target that there is not, or whose packages are not installed.
    """
    check_target(name)
    module = importlib.import_module(f"{__name__}.{name}")
    opened: Target = module.open_target(Storage(output, memory))
    return opened
