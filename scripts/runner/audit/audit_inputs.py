"""Measures what the audits judge, into the warehouse's schema `audit`: one table per question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from runner.ingest.declare.declarations import OWN_LOOKUPS, Export
from runner.sql import quoted

CHANGE_BOUND = (
    0.05  # a complete period whose value moves by more than this share since it was published is worth a word
)

_ARRIVALS = """
create or replace table audit.arrivals (
    source varchar,
    export varchar,
    files bigint,
    rows_read bigint,
    accepted bigint,
    quarantined bigint,
    superseded bigint,
    added_up bigint,
    left_out bigint,
    row_count bigint,           -- rows that stand in the raw table
    previous_row_count bigint,  -- when the checks last passed; NULL = never
    missing_required bigint,    -- rows without a value that must be there
    duplicate_keys bigint,      -- rows whose key an earlier row has, but for parts of one file
    oldest_event timestamp,
    newest_event timestamp,
    freshness_days bigint
)
"""

_CHANGES = """
create or replace table audit.changes as

select
    old.kpi,
    old.period_grain,
    old.period_start,
    old.value as published_value,
    new.value,
    abs(new.value - old.value) / nullif(abs(old.value), 0) as change

from published.kpi.kpi_values as old

left join kpi.kpis as new
    on
        old.kpi = new.kpi
        and old.period_grain = new.period_grain
        and old.period_start = new.period_start
        and new.dimension = 'all'

where
    old.dimension = 'all'
    and old.is_complete
    and old.value is not null
"""

_LOST = """
create or replace table audit.lost as

select
    kpi,
    count(*) as published_rows

from published.kpi.kpi_values

where
    value is not null
    and kpi in (select kpi from kpi.catalog)
    and kpi not in (select kpi from kpi.kpis where value is not null)

group by kpi
"""


_NO_CHANGES = """
create or replace table audit.changes (
    kpi varchar,
    period_grain varchar,
    period_start date,
    published_value double,
    value double,
    change double
);

create or replace table audit.lost (
    kpi varchar,
    published_rows bigint
)
"""


def measure_arrivals(
    connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], previous_rows: Mapping[str, int]
) -> None:
    """Fill `audit.arrivals`: one row per export that has files or had rows when the checks last passed.

    previous_rows: rows per raw table at that time.
    """
    connection.execute("create schema if not exists audit")
    connection.execute(_ARRIVALS)
    present = _files(connection)
    for export in exports:
        if export.table in present or previous_rows.get(export.table):
            _measure_export(
                connection, export, present.get(export.table, (0, 0, 0, 0, 0, 0, 0)), previous_rows
            )


def measure_changes(connection: duckdb.DuckDBPyConnection, published: Path, exports: str | None) -> None:
    """Fill `audit.changes` (complete periods then and now) and `audit.lost` (KPIs that have no value now).

    published: the file that stands. Both tables are empty where there is none that can be read, or where it
    tells of another folder than `exports`.
    """
    connection.execute("create schema if not exists audit")
    connection.execute(_NO_CHANGES)
    if not published.is_file():
        return
    try:
        connection.execute(f"attach {quoted(published)} as published (read_only)")
        if connection.execute("select exports from published.kpi.run").fetchone() == (exports,):
            connection.execute(_CHANGES)
            connection.execute(_LOST)
    except (duckdb.CatalogException, duckdb.IOException):
        return  # damaged, or of an older version: this run replaces it
    finally:
        connection.execute("detach database if exists published")


def has_kpis(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the KPIs have been built."""
    found = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'kpi' and table_name = 'kpis'"
    ).fetchone()
    return found != (0,)


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows per raw table, as `audit.arrivals` has them."""
    return dict(connection.execute("select export, row_count from audit.arrivals").fetchall())


def _files(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, ...]]:
    rows = connection.execute(
        "select source || '__' || export, count(*), sum(rows_read), sum(accepted), sum(quarantined),"
        " sum(superseded), sum(added_up), sum(left_out) from raw._files group by all"
    ).fetchall()
    return {table: tuple(int(count) for count in counts) for table, *counts in rows}


def _measure_export(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    counts: tuple[int, ...],
    previous_rows: Mapping[str, int],
) -> None:
    table = f'raw."{export.table}"'
    required = [f'"{column.name}" is null' for column in export.columns if column.needs_value]
    missing = f"count(*) filter (where {' or '.join(required)})" if required else "0"
    duplicates = _duplicates(export, table) if export.key else "0"
    oldest = _extreme("min", "least", export.first_days)
    newest = _extreme("max", "greatest", export.event_time)
    connection.execute(
        f"insert into audit.arrivals select ?, ?, {', '.join('?' for _ in counts)}, count(*), ?, {missing},"
        f" {duplicates}, {oldest}, {newest}, ? from {table}",
        [
            export.source,
            export.table,
            *counts,
            None if export.source == OWN_LOOKUPS else previous_rows.get(export.table),
            export.freshness_days,
        ],
    )


def _duplicates(export: Export, table: str) -> str:
    """How many rows have the key of another; where rows are parts, how many files have that of another."""
    keys = ", ".join(f'"{column}"' for column in export.full_key)
    rows = f"(select count(*) from (select distinct _file, {keys} from {table}))"
    return (
        f"{rows if export.keeps_parts else 'count(*)'}"
        f" - (select count(*) from (select distinct {keys} from {table}))"
    )


def _extreme(of_rows: str, of_columns: str, columns: Sequence[str]) -> str:
    """The earliest or latest time in columns, as SQL; NULL where there are none."""
    times = [f'{of_rows}(cast("{column}" as timestamp))' for column in columns]
    return f"{of_columns}({', '.join(times)})" if times else "cast(null as timestamp)"
