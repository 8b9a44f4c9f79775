"""Lints the project's SQL with sqlfluff."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from runner.errors import CouldNotRun
from runner.results import CheckReport, Finding

# A file's parse tree stays until it is linted: looking for garbage in it took a third of the time.
SQLFLUFF = (
    sys.executable,
    "-c",
    "import gc; gc.set_threshold(500_000, 50, 50); from sqlfluff.cli.commands import cli; cli()",
)


def lint(project: Path, files: Sequence[str] = ("models",)) -> CheckReport:
    """Lint models with the Jinja templater, which needs no warehouse; one finding per violation.

    files: below `project`, or folders of them. Raises CouldNotRun where sqlfluff is missing or fails.
    """
    if importlib.util.find_spec("sqlfluff") is None:
        raise CouldNotRun("sqlfluff is not installed: `make .venv/.locked` installs it.")
    command = [
        *SQLFLUFF,
        "lint",
        "--templater",
        "jinja",
        "--format",
        "json",
        "--nocolor",
        *files,
    ]
    answer = subprocess.run(  # noqa: S603 - the command is ours
        command, cwd=project, capture_output=True, text=True, check=False
    )
    if answer.returncode not in (0, 1):
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CouldNotRun(f"sqlfluff could not run: {reason}")
    linted = json.loads(answer.stdout)
    findings = tuple(
        Finding(
            check=f"{file['filepath']}:{violation['start_line_no']}",
            why=f"{violation['code']} {violation['description']}",
        )
        for file in linted
        for violation in file["violations"]
    )
    return CheckReport("lint", passed=sum(not file["violations"] for file in linted), findings=findings)
