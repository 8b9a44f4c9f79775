"""A copy of the project, and a run of its command, for tests that need either."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
