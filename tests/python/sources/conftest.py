"""What the tests of the sources share: the compiled staging models, and a small company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from demo.world import World
from sources import staged
from sources.staged import DATABASE, Staged, load, write


@pytest.fixture(scope="session")
def staging_sql() -> Mapping[str, str]:
    """The compiled SQL of every staging model, by name."""
    return staged.staging_sql()


@pytest.fixture
def stage(
    tmp_path: Path, staging_sql: Mapping[str, str]
) -> Callable[[str, Mapping[str, str | bytes] | Path], Staged]:
    """A function that loads one source's files (path in the folder: content), or an exports folder."""

    def stage_files(source: str, files: Mapping[str, str | bytes] | Path) -> Staged:
        folder = files if isinstance(files, Path) else write(tmp_path / "exports", files)
        return load(source, folder, tmp_path / f"{DATABASE}.duckdb", staging_sql)

    return stage_files


@pytest.fixture(scope="session")
def small_world() -> World:
    """A company written and loaded in a moment, in which every tool sends every mailing."""
    return World(count=60, days=200, seed=3, shared=True)
