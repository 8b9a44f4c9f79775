"""A copy of the project, and a run of its command, for tests that need either."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.state import State, fingerprint, write_state

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


def run_to_files(project: Path, output: Path, *arguments: str) -> None:
    """A build into `output`, with what the user read beside it."""
    answer = run_command(project, "--output", str(output), *arguments)
    (output / "stdout.txt").write_text(answer.stdout, encoding="utf-8")
    (output / "stderr.txt").write_text(answer.stderr, encoding="utf-8")


def read_build(project: Path, output: Path) -> Build:
    """The build that `run_to_files` left in `output`; fails where it was not published."""
    built = Build(
        project=project,
        output=output,
        result=json.loads((output / "run.json").read_text(encoding="utf-8")),
        stdout=(output / "stdout.txt").read_text(encoding="utf-8"),
        stderr=(output / "stderr.txt").read_text(encoding="utf-8"),
    )
    assert built.result["exit_code"] == 0, f"{built.stderr}\n{built.stdout}"
    return built


def build_files(folder: Path, files: Mapping[str, str]) -> Build:
    """A build, below `folder`, of a company that has these export files, by path; without the unit tests."""
    for path, text in files.items():
        file = folder / "exports" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    project, output = copy_project(folder / "project"), folder / "output"
    output.mkdir()
    # The demo's build passes the unit tests.
    write_state(output, State(unit_tests=fingerprint(project)))
    run_to_files(project, output, "--exports", str(folder / "exports"))
    return read_build(project, output)
