"""The demo company on PostgreSQL: models, tests and unit tests there, every figure as on DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from builds import Build, read_build, run_command, run_to_files
from portability.engines import Postgres

from runner.targets._postgres_tables import receive_table
from targets.figures import compare_figures


@dataclass(frozen=True)
class OnPostgres:
    """A build into a database."""

    build: Build
    server: Postgres
    environment: dict[str, str]


@pytest.fixture(scope="module")
def on_postgres(
    server: Postgres, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnPostgres]:
    """The demo, built there once."""
    output = tmp_path_factory.mktemp("postgres") / "output"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        run_to_files(project, output, "--target", "postgres")
        yield OnPostgres(read_build(project, output), server, server.environment)


@pytest.fixture(scope="module")
def both(on_postgres: OnPostgres, demo_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB's published file as `theirs`, and what readers of PostgreSQL meet as `published.*`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.published}' as theirs (read_only)")
        with closing(on_postgres.server.connect()) as remote, remote.cursor() as cursor:
            for table in ("kpi_values", "scorecard", "run_exports"):
                receive_table(connection, cursor, "published", table, on_postgres.build.output)
        yield connection


def test_all_that_is_tested_on_duckdb_passes_there(on_postgres: OnPostgres, demo_build: Build) -> None:
    theirs, ours = (
        {check["name"]: (check["passed"], len(check["findings"])) for check in build.result["checks"]}
        for build in (demo_build, on_postgres.build)
    )
    assert ours == theirs
    assert ours["unit tests"][0] > 200
    assert on_postgres.build.result["models_built"] == demo_build.result["models_built"]


def test_every_value_is_duckdbs(both: duckdb.DuckDBPyConnection) -> None:
    """Counts exactly; what was divided, or added up as floats, to 1e-12 of itself or of 1."""
    assert compare_figures(both, "theirs.kpi.kpi_values", "published.kpi_values") > 500_000


def test_the_scorecard_judges_alike(both: duckdb.DuckDBPyConnection) -> None:
    columns = "kpi, period_grain, period_start, dimension, dimension_value, verdict"
    query = f"select {columns} from {{}} order by all"
    assert (
        both.execute(query.format("published.scorecard")).fetchall()
        == both.execute(query.format("theirs.kpi.scorecard")).fetchall()
    )


def test_what_is_published_is_small(on_postgres: OnPostgres) -> None:
    size = on_postgres.server.rows(
        "select sum(pg_total_relation_size(oid)) from pg_class"
        " where relnamespace = 'published'::regnamespace and relkind = 'r'"
    )[0][0]
    assert size < 2 * on_postgres.build.published.stat().st_size


def test_a_second_run_finds_nothing_changed(on_postgres: OnPostgres) -> None:
    answer = run_command(
        on_postgres.build.project, "--target", "postgres", "--output", str(on_postgres.build.output)
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads((on_postgres.build.output / "run.json").read_text("utf-8"))["is_unchanged"] is True
