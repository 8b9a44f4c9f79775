"""A PostgreSQL server of the tests' own, and databases on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from importlib.util import find_spec
from typing import Any

import pytest
from portability.engines import Postgres, running_postgres

# Spark's packages are most of a gigabyte: `make test-spark` has an environment of its own.
collect_ignore = [] if find_spec("pyspark") else ["spark"]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server for the module."""
    with running_postgres() as running:
        yield running


@pytest.fixture
def database(server: Postgres, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database for one test, which the runner's environment names."""
    name = f"t{abs(hash(request.node.name))}"
    with closing(server.connect()) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create database {name}")
    for variable, value in {**server.environment, "MARKETING_KPIS_PG_DATABASE": name}.items():
        monkeypatch.setenv(variable, value)
    return name


@pytest.fixture
def connect(server: Postgres, database: str) -> Iterator[Callable[..., Any]]:
    """`connect(user)`: a connection to the test's database, closed when the test has ended."""
    with ExitStack() as open_ones:

        def opened(user: str = "postgres") -> Any:
            return open_ones.enter_context(closing(server.connect(database, user)))

        yield opened
