"""What the tests of the sources share: the compiled staging models, and a small company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from demo.world import World
from sources.staged import DATABASE, PROJECT, Staged, load, write


@pytest.fixture(scope="session")
def staging_sql(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The compiled SQL of every staging model, by name."""
    from dbt.cli.main import dbtRunner

    scratch = tmp_path_factory.mktemp("dbt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARKETING_KPIS_WAREHOUSE", str(scratch / f"{DATABASE}.duckdb"))
        result = dbtRunner().invoke(
            [
                *(
                    "--quiet",
                    "compile",
                    "--no-introspect",
                    "--no-populate-cache",
                    "--select",
                    "path:models/staging",
                ),
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
            ]
        )
    assert result.success, result.exception
    compiled = scratch / "target/compiled/marketing_kpis/models/staging"
    return {path.stem: path.read_text(encoding="utf-8") for path in compiled.rglob("stg_*.sql")}


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
