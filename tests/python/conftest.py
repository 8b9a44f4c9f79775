"""What the tests share: a copy of the project, a build of the demo exports, one of tools that agree."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import builds
import pytest
from builds import Build, Prepare, copy_project
from filelock import FileLock

from demo import command

# What tests read of exports and builds stays: looking for garbage in it took a fifth of some tests' time.
gc.set_threshold(100_000, 50, 50)

# The files that take longest, the longest first: what begins last is then short, and no worker
# idles at the end. The lint needs no build, so that it fills the time in which others wait for the demo.
LONGEST = (
    "house_rules/test_lint.py",
    "targets/test_postgres_demo.py",
    "test_commands_of_the_docs.py",
    "mutations/test_mutations.py",
    "runner/test_run.py",
    "runner/test_torture.py",
    "runner/test_partial_builds.py",
    "runner/test_reporting_zone.py",
    "second_opinion/test_second_opinion.py",
    "test_attribution.py",
    "test_adding_to_it.py",
    "mutations/test_staging_mutations.py",
    "test_people_and_subscriptions.py",
    "runner/test_load_history.py",
    "runner/test_history.py",
    "test_one_truth.py",
    "test_money.py",
    "runner/test_signals.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; all others stay in their order."""
    begun = {Path(__file__).parent / file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: begun.get(item.path, len(begun)))


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

    output = _once(shared, "demo", lambda output: builds.run_to_files(project, output))
    return builds.read_build(project, output)


@pytest.fixture(scope="session")
def prepare(shared: Path, project: Path) -> Prepare:
    """`prepare(project, output)`: an output whose runs need not do again what the demo's build proves."""
    return partial(builds.prepare_output, _once(shared, "read", partial(builds.read_project, project)))


@pytest.fixture(scope="session")
def shared_world_build(shared: Path, project: Path, prepare: Prepare) -> Build:
    """One build of a small company whose every tool tells of everything, so that each thing is told twice.

    `generic` is silent on sales and sessions: it would stand before the tools that are compared.
    """

    def build(folder: Path) -> None:
        exports, output = folder / "exports", folder / "output"
        options = ("--people", "60", "--days", "200", "--seed", "3", "--shared", "--out", str(exports))
        assert command.main(list(options)) == 0
        for name in ("orders", "refunds", "opportunities", "session"):
            for path in (exports / "generic").glob(f"{name}*"):
                path.unlink()
        builds.run_to_files(project, prepare(project, output), "--exports", str(exports))

    folder = _once(shared, "shared_world", build)
    return builds.read_build(project, folder / "output")


def _once(shared: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Make `shared/name` in the first worker that asks; the others wait for it."""
    done = shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            make(shared / name)
            done.touch()
    return shared / name
