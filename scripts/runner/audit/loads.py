"""Measures the exports that have changed since they were last accepted, day by day, beside their own history.

What is measured stands in the schema `audit`: `load_cells` (of each export, day and column how many rows have
a value, and what it adds up to), `load_words` (how often each currency stands), and `judged`: what a gate may
object to, each with a score that a limit is held against, and the figures in words. An export may be held
against several states of before, the references: the last accepted one and, where a person's word was needed
for one of the last few, the one before that, so that a wrong load never stands in the way of its correction.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from runner.audit import load_queries as queries
from runner.audit.audit_inputs import has_kpis
from runner.audit.history_rules import load_rules
from runner.audit.limits import Acceptance, Limits
from runner.errors import UsageError
from runner.history.tables import attach_ledger
from runner.ingest.declare.declarations import OWN_LOOKUPS, Column, Export
from runner.sql import name_quoted, quoted

UNDATED = "1970-01-01"  # the day of rows without any
ROWS = ""  # the name under which the rows of a day are counted among its columns
LOADS_COMPARED = 8
_NUMBERS = ("bigint", "double", "integer", "decimal")

_TABLES = f"""
create schema if not exists audit;
create or replace table audit.load_cells (
    export varchar, day date, column_name varchar, data_type varchar,
    filled bigint,   -- rows with a value; of the column '{ROWS}' the rows themselves
    total double,    -- what numbers add up to
    top double,      -- the number farthest from zero
    words bigint     -- how many different currencies or campaigns
);
create or replace table audit.load_words (export varchar, day date, column_name varchar, word varchar, row_count bigint);
create or replace table audit.load_references (export varchar, reference bigint);
create or replace table audit.judged (
    rule varchar, export varchar, reference bigint, subject varchar, score double, told varchar
);
create or replace table audit.late (export varchar, late_days bigint, usual_days bigint);
create or replace table audit.load_files (export varchar, rows_read bigint, quarantined bigint, lost_share double);
create or replace temp table load_then (
    reference bigint, export varchar, day date, column_name varchar, filled bigint, total double, top double,
    words bigint
);
create or replace temp table words_then (
    reference bigint, export varchar, day date, column_name varchar, word varchar, row_count bigint
);
"""  # noqa: E501


def measure_loads(
    connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], history: Path, folder: str
) -> None:
    """Fill the tables above for what changed since the last accepted load.

    history: the ledger, or a path where there is none yet; folder: that of the exports.
    """
    connection.execute(_TABLES)
    has_history = history.is_file()
    if has_history:
        attach_ledger(connection, history)
    try:
        last = _last(connection, folder) if has_history else None
        for export in exports:
            if export.source != OWN_LOOKUPS and _is_changed(connection, export, last):
                _measure(connection, export)
        if last is not None:
            _recall(connection, folder, last)
            for query in queries.JUDGEMENTS:
                connection.execute(query)
            connection.execute(queries.late(last))
        connection.execute(queries.SINGLE_VALUES)
    finally:
        connection.execute("detach database if exists history")


def _last(connection: duckdb.DuckDBPyConnection, folder: str) -> int | None:
    """The last published run of the folder of which the loads were kept."""
    found = connection.execute(
        f"select max(run) from history.runs where exports = {quoted(folder)} and published_at is not null"
        " and run in (select run from history.load_cells)"
    ).fetchall()
    if found[0][0] is None:
        return None
    latest = connection.execute(
        f"select max(run) from history.runs where exports = {quoted(folder)} and published_at is not null"
    ).fetchall()
    return int(latest[0][0])


def _is_changed(connection: duckdb.DuckDBPyConnection, export: Export, last: int | None) -> bool:
    """Whether the export's files are others than in the run `last`."""
    own = f"source = {quoted(export.source)} and export = {quoted(export.name)}"
    now = f"select file, sha256 from raw._files where {own}"
    if last is None:
        return bool(connection.execute(f"{now} limit 1").fetchall())
    before = (
        f"select file, sha256 from history.run_files where run = {last} and export = {quoted(export.table)}"
    )
    return bool(
        connection.execute(
            f"select 1 from (({now} except {before}) union all ({before} except {now})) limit 1"
        ).fetchall()
    )


def _measure(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    table = f"raw.{name_quoted(export.table)}"
    days = ", ".join(f"cast({name_quoted(name)} as date)" for name in export.first_days)
    day = f"coalesce(least({days}), date '{UNDATED}')" if days else f"date '{UNDATED}'"
    rows = f"{{n: '{ROWS}', t: '', f: count(*), s: null::double, m: null::double, w: null::bigint}}"
    measured = [_cell(column, is_key=column.name in export.key) for column in export.columns]
    cells = ", ".join([rows, *measured])
    connection.execute(
        f"insert into audit.load_cells select {quoted(export.table)}, day, cell.n, cell.t, cell.f, cell.s,"
        f" cell.m, cell.w from (select day, unnest([{cells}]) as cell"
        f" from (select {day} as day, * from {table}) group by day)"
    )
    for column in export.columns:
        if _is_currency(column):
            connection.execute(
                f"insert into audit.load_words select {quoted(export.table)}, {day} as day,"
                f" {quoted(column.name)}, {name_quoted(column.name)}, count(*) from {table}"
                f" where {name_quoted(column.name)} is not null group by all"
            )


def _cell(column: Column, *, is_key: bool) -> str:
    """SQL: what is measured of a column over the rows of a day."""
    name = name_quoted(column.name)
    is_name = is_key or column.name.endswith("_id")
    number = column.data_type.split("(")[0] in _NUMBERS and not is_name
    # Beyond what a sum can hold a value is told of by itself.
    total = (
        f"sum(case when abs({name}) < 1e200 then cast({name} as double) end)" if number else "null::double"
    )
    top = f"max(abs(cast({name} as double)))" if number else "null::double"
    is_vocabulary = _is_currency(column) or (column.data_type == "varchar" and "campaign" in column.name)
    words = f"count(distinct {name})" if is_vocabulary else "null::bigint"
    return f"{{n: {quoted(column.name)}, t: {quoted(column.data_type)}, f: count({name}), s: {total}, m: {top}, w: {words}}}"  # noqa: E501


def _is_currency(column: Column) -> bool:
    return column.data_type == "varchar" and "currency" in column.name


def _recall(connection: duckdb.DuckDBPyConnection, folder: str, last: int) -> None:
    """Fill the references, and what the exports were at each."""
    published = f"select run from history.runs where exports = {quoted(folder)} and published_at is not null"
    forced = connection.execute(
        f"select run from ({published} order by run desc limit {LOADS_COMPARED})"
        " where run in (select run from history.accepted) order by run"
    ).fetchall()
    before = [
        connection.execute(f"select max(run) from ({published}) where run < {run}").fetchall()[0][0]
        for (run,) in forced
    ]
    for reference in sorted({last, *(run for run in before if run is not None)}):
        connection.execute(queries.state_at(reference, published))
        connection.execute(queries.words_at(reference, published))
    connection.execute("insert into audit.load_references select distinct export, reference from load_then")
    connection.execute(queries.files_of(last))


def note_accepted(
    connection: duckdb.DuckDBPyConnection, accepted: Sequence[Acceptance], exports: Sequence[Export]
) -> None:
    """Fill `audit.accepted` with a person's words, and `audit.accepted_exports` with whose loads they cover.

    Raises UsageError for a name that nothing has.
    """
    connection.execute(
        "create or replace table audit.accepted (name varchar, reason varchar);"
        " create or replace table audit.accepted_exports (export varchar)"
    )
    kpis = "select distinct kpi from kpi.kpis" if has_kpis(connection) else "select null limit 0"
    known = {export.table for export in exports} | {export.source for export in exports} | {"all"}
    for acceptance in accepted:
        if acceptance.name not in known:
            names = {row[0] for row in connection.execute(kpis).fetchall()}
            if acceptance.name not in names:
                close = difflib.get_close_matches(acceptance.name, known | names, n=1)
                hint = f"; did you mean {close[0]}?" if close else "."
                raise UsageError(f"--accept {acceptance.name}: there is no such export, source or KPI{hint}")
        connection.execute(
            f"insert into audit.accepted values ({quoted(acceptance.name)}, {quoted(acceptance.reason)})"
        )
        for export in exports:
            if acceptance.name in ("all", export.source, export.table):
                connection.execute(f"insert into audit.accepted_exports values ({quoted(export.table)})")


def held_files(connection: duckdb.DuckDBPyConnection, history: Path, limits: Limits) -> tuple[str, ...]:
    """Hashes of the files that came since the last accepted load, of exports that a gate holds."""
    if not history.is_file():
        return ()
    held = {
        str(row[0]).split(": ")[0]
        for rule in load_rules(limits)
        if rule.stops
        for row in connection.execute(rule.query.format(batch="audit.judged")).fetchall()
    }
    if connection.execute("select 1 from duckdb_tables() where table_name = 'moved'").fetchall():
        held |= {
            row[0]
            for row in connection.execute(
                "select export from audit.kpi_causes where kpi in"
                " (select kpi from audit.moved where not accepted and not is_as_before)"
            ).fetchall()
        }
    attach_ledger(connection, history)
    try:
        new = connection.execute(
            "select source || '__' || export, sha256 from raw._files where sha256 not in (select sha256 from"
            " history.run_files where run in (select run from history.runs where published_at is not null))"
        ).fetchall()
    finally:
        connection.execute("detach history")
    return tuple(sha256 for export, sha256 in new if export in held)
