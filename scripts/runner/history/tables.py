"""The ledger's own file: append-only, outside the warehouse, so that it outlives `--full-refresh`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from runner.errors import CouldNotRun
from runner.history.loads import LOADS
from runner.sql import quoted

FILE = "history.duckdb"
KEY = ("kpi", "period_grain", "period_start", "dimension", "dimension_value")
PARTS = ("numerator", "denominator", "value", "value_low", "value_high")
# Every value of a run counts from the moment that its run has a `published_at`; until then it is a draft.
_TABLES = """
create table if not exists history.runs (
    run bigint, run_id varchar, started_at timestamp, exports varchar, as_of date, settings varchar,
    software varchar, restate_reason varchar, published_at timestamp
);
create table if not exists history.run_parts (run bigint, part varchar, digest varchar);
create table if not exists history.run_files (
    run bigint, export varchar, file varchar, sha256 varchar, accepted bigint
);
create table if not exists history.run_exports (run bigint, export varchar, oldest_event timestamp);
create table if not exists history.run_kpis (
    run bigint, kpi varchar, definition_hash varchar, settings_hash varchar, exports_hash varchar,
    reason varchar, detail varchar
);
create table if not exists history.run_values (
    run bigint, kpi varchar, period_grain varchar, period_start date, dimension varchar,
    dimension_value varchar, numerator double, denominator double, value double, value_low double,
    value_high double, is_complete boolean, is_withdrawn boolean, is_restated boolean
);
create table if not exists history.row_hashes (run bigint, export varchar, row_hash ubigint);
create or replace view history.kpi_values as
select
    runs.run_id, runs.published_at, v.* exclude (run),
    k.definition_hash, k.settings_hash, k.exports_hash,
    case when v.is_restated then k.reason end as reason,
    case when v.is_restated then k.detail end as detail,
    runs.exports, runs.run
from history.run_values as v
inner join history.runs on v.run = runs.run
left join history.run_kpis as k on v.run = k.run and v.kpi = k.kpi
where runs.published_at is not null;
"""


@contextmanager
def open_ledger(path: Path, **databases: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that has the ledger as `history`, and each of `databases` by its name to read.

    Raises CouldNotRun where the ledger cannot be opened: it is the only copy of what it holds.
    """
    before = os.umask(0o077)
    connection = duckdb.connect()
    try:
        try:
            connection.execute(f"attach {quoted(path)} as history")
            connection.execute(_TABLES)
            connection.execute(LOADS)
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            raise CouldNotRun(
                f"{path}, the history of what was published, cannot be opened: {told}. Close it where it is"
                " open, or put a copy of it in its place; without the file a new history begins."
            ) from error
        for name, database in databases.items():
            connection.execute(f"attach {quoted(database)} as {name} (read_only)")
        yield connection
    finally:
        connection.close()
        os.umask(before)


def attach_ledger(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let `connection` read the ledger as `history`; one of an earlier version gets the tables it lacks."""
    with open_ledger(path):
        pass
    connection.execute(f"attach {quoted(path)} as history (read_only)")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that is written within, or none of it."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
