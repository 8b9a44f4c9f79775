"""Measures PostgreSQL against DuckDB on the same exports: whole runs, what readers ask, what is published.

    .venv/bin/python benchmarks/engines.py [--events 5000000]

The server is that of the MARKETING_KPIS_PG_* variables, or one of the development environment's own. Both
targets run one after the other, each in a process of its own, without the unit tests. It fails where a value
on PostgreSQL is not DuckDB's. Without --events the exports are the demo's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import data
import duckdb
import psycopg2
import speed

sys.path.insert(0, str(speed.PROJECT / "tests/python"))

from portability.engines import running_postgres
from targets.figures import compare_figures, largest_difference

from runner.state import State, fingerprint, write_state

PREFIX = "MARKETING_KPIS_PG_"
SIZE = (
    "select sum(pg_total_relation_size(oid)) from pg_class"
    " where relnamespace = 'published'::regnamespace and relkind = 'r'"
)
TARGETS = ("duckdb", "postgres")


@contextmanager
def server() -> Iterator[None]:
    """The server that the environment names, or one of our own that the environment then names."""
    if f"{PREFIX}HOST" in os.environ:
        yield
        return
    with running_postgres() as running:
        os.environ.update(running.environment)
        yield


def measure(exports: Path, folder: Path, options: list[str]) -> dict[str, object]:
    """Run both targets; raises AssertionError where their values differ."""
    costs, queries, megabytes = {}, {}, {}
    for target in TARGETS:
        output = folder / target
        output.mkdir()
        write_state(output, State(unit_tests=fingerprint(speed.PROJECT)))
        costs[target] = speed.run_build(exports, output, "--target", target, *options)
    published = {target: folder / target / "kpis.duckdb" for target in TARGETS}
    with duckdb.connect() as connection:
        for name, file in zip(("theirs", "ours"), published.values(), strict=True):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = ("theirs.kpi.kpi_values", "ours.kpi.kpi_values")
        rows, difference = compare_figures(connection, *tables), largest_difference(connection, *tables)
        told = connection.execute("from theirs.kpi.catalog select kpi order by kpi").fetchall()
        kpis = [row[0] for row in told]
    queries["duckdb"] = speed.query_milliseconds(published["duckdb"])
    megabytes["duckdb"] = published["duckdb"].stat().st_size / 1e6
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: os.environ.get(PREFIX + end) for name, end in names.items()}
    database = os.environ.get(f"{PREFIX}DATABASE", "marketing_kpis")
    with closing(psycopg2.connect(dbname=database, **given)) as connection, connection.cursor() as cursor:

        def ask(query: str) -> list[tuple[object, ...]]:
            cursor.execute(query)
            return cursor.fetchall()

        queries["postgres"] = speed.milliseconds_each(ask, speed.dashboard_queries(kpis, "published"))
        megabytes["postgres"] = float(str(ask(SIZE)[0][0])) / 1e6
    return {
        "values_compared": rows,
        "largest_difference": difference,
        "times_of_duckdb": round(costs["postgres"].seconds / costs["duckdb"].seconds, 2),
        "load_at_the_end": round(os.getloadavg()[0], 1),
        **{
            target: {part: round(value, 1) for part, value in asdict(costs[target]).items()}
            | {
                "published_megabytes": round(megabytes[target], 1),
                "query_median_milliseconds": round(statistics.median(queries[target]), 1),
                "query_p95_milliseconds": round(statistics.quantiles(queries[target], n=20)[-1], 1),
                "steps": speed.steps_of(folder / target),
            }
            for target in TARGETS
        },
    }


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, help="of a year's made exports (default: the demo's exports)")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="engines-"))
    try:
        exports, options = speed.PROJECT / "seeds/exports", []
        if arguments.events:
            exports, options = folder / "exports", ["--as-of", speed.LAST_DAY.isoformat()]
            data.write_exports(exports, arguments.events)
        with server():
            print(json.dumps(measure(exports, folder, options), indent=2))  # noqa: T201
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
