"""A copy of the project, and a run of its command, for tests that need either."""

from __future__ import annotations

import hashlib
import json
import os
import pprint
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runner.state import fingerprint, read_state, write_state

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
# Reads the project, and writes of which connection: dbt forgets all that it read where that is another.
_READ = """
import gc, json, sys
from functools import partial
from pathlib import Path
from runner.dbt.commands import Dbt
from runner.memory import usual_limit
from runner.targets import open_target
project, output = map(Path, sys.argv[1:])
gc.disable()
dbt = Dbt(project, output, "duckdb", {}, partial(open_target, "duckdb", output, usual_limit()), print)
dbt.parse(afresh=True)
from dbt.adapters.factory import get_adapter_by_type
credentials = get_adapter_by_type("duckdb").config.credentials
(output / "connection.json").write_text(json.dumps(sorted(credentials.connection_info())))
"""

Prepare = Callable[[Path, Path], Path]


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


def read_project(project: Path, output: Path) -> None:
    """Let dbt read the project once for all `prepare_output`, into `output`."""
    output.mkdir()
    subprocess.run(
        [sys.executable, "-c", _READ, str(project), str(output)],
        env={**os.environ, "PYTHONPATH": str(project / "scripts")},
        check=True,
        timeout=600,
    )


def prepare_output(read: Path, project: Path, output: Path) -> Path:
    """Make `output` know what a run need not do again: the unit tests, which the demo's build passes, and to
    read the project; see `read_project`, which wrote `read`. Returns `output`."""
    (output / "target").mkdir(parents=True, exist_ok=True)
    known = fingerprint(project)
    write_state(output, replace(read_state(output), unit_tests=known, parsed=known))
    connection = [tuple(pair) for pair in json.loads((read / "connection.json").read_text(encoding="utf-8"))]
    moved = [(key, str(output / "warehouse.duckdb") if key == "path" else value) for key, value in connection]
    old, new = (hashlib.sha256(pprint.pformat(c).encode()).hexdigest().encode() for c in (connection, moved))
    told = (read / "target/partial_parse.msgpack").read_bytes()
    assert told.count(old) == 1, "dbt no longer marks what it has read by its connection"
    (output / "target/partial_parse.msgpack").write_bytes(told.replace(old, new))
    return output


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


def build_files(folder: Path, files: Mapping[str, str], project: Path, prepare: Prepare) -> Build:
    """A build, below `folder`, of a company that has these export files, by path; without the unit tests."""
    for path, text in files.items():
        file = folder / "exports" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    output = prepare(project, folder / "output")
    run_to_files(project, output, "--exports", str(folder / "exports"))
    return read_build(project, output)
