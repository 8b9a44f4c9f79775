"""What the tests share: a copy of the project, and one build of the demo exports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import builds
import pytest
from builds import Build, copy_project
from filelock import FileLock


@pytest.fixture(scope="session")
def run_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_command(project, *arguments)`: a run in a process of its own."""
    return builds.run_command


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
        answer = builds.run_command(project, "--output", str(output))
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
