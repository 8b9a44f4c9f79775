"""What the tests share: a copy of the project, and one build of the demo exports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "dbt_project.yml",
    "profiles.yml",
    ".sqlfluff",
    "macros",
    "models",
    "seeds",
    "scripts",
    "tests/sql",
)


@dataclass(frozen=True)
class Build:
    """One `run.py build`: where it wrote, what run.json says, what the user read."""

    project: Path
    output: Path
    result: dict[str, Any]
    stdout: str
    stderr: str

    @property
    def warehouse(self) -> Path:
        """The working tables."""
        return self.output / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What BI tools open."""
        return self.output / "kpis.duckdb"


def copy_project(target: Path) -> Path:
    """Copy what a run needs of the project to `target`."""
    for part in PARTS:
        source, copy = ROOT / part, target / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy2(source, copy)
    return target


def run_command(
    project: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`python scripts/run.py ARGUMENTS` on a copy of the project."""
    return subprocess.run(
        [sys.executable, "scripts/run.py", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        timeout=600,
    )


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def project(shared: Path) -> Path:
    """A copy of the project, to be read and run but not changed."""
    return _once(shared, "project", copy_project)


@pytest.fixture(scope="session")
def demo_build(shared: Path, project: Path) -> Build:
    """One build of the demo exports, to be read but not changed."""

    def build(output: Path) -> None:
        answer = run_command(project, "--output", str(output))
        (output / "stdout.txt").write_text(answer.stdout, encoding="utf-8")
        (output / "stderr.txt").write_text(answer.stderr, encoding="utf-8")

    output = _once(shared, "demo", build)
    built = Build(
        project=project,
        output=output,
        result=json.loads((output / "run.json").read_text(encoding="utf-8")),
        stdout=(output / "stdout.txt").read_text(encoding="utf-8"),
        stderr=(output / "stderr.txt").read_text(encoding="utf-8"),
    )
    assert built.result["exit_code"] == 0, f"{built.stderr}\n{built.stdout}"
    return built


def _once(shared: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Make `shared/name` in the first worker that asks; the others wait for it."""
    done = shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            make(shared / name)
            done.touch()
    return shared / name
