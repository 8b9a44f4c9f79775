"""The door's tables in the warehouse: raw tables, what is known of files, the quarantine, settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from runner.ingest.declare.declarations import Column, Export
from runner.own_code import READING, digest_of_code
from runner.sql import equal, literal, name_quoted, quoted

# The parameters of a link that are kept, where no setting says otherwise.
KEPT_PARAMETERS = ("utm_*",)

_TABLES = """
create schema if not exists raw;
create table if not exists raw._files (
    source varchar, export varchar, file varchar, sha256 varchar, status varchar, duplicate_of varchar,
    declaration varchar, bytes bigint, encoding varchar, lines bigint, header_lines bigint,
    rows_read bigint, accepted bigint, quarantined bigint, superseded bigint, added_up bigint,
    left_out bigint, superseded_by varchar[], ignored bigint, blank bigint, line_breaks bigint,
    lacking varchar, detail varchar, unread varchar, doubtful varchar,
    spaced varchar
);
-- A warehouse of an earlier version has the table without them.
alter table raw._files add column if not exists lacking varchar;
alter table raw._files add column if not exists detail varchar;
alter table raw._files add column if not exists unread varchar;
alter table raw._files add column if not exists doubtful varchar;
alter table raw._files add column if not exists spaced varchar;
alter table raw._files add column if not exists added_up bigint default 0;
alter table raw._files add column if not exists left_out bigint default 0;
create table if not exists raw._quarantine (
    source varchar, export varchar, file varchar, line bigint, column_name varchar, reason varchar,
    text varchar, byte_position bigint
);
create table if not exists raw._left_out (
    source varchar, export varchar, file varchar, line bigint, why varchar, row_count bigint, sums varchar
);
create table if not exists raw._totals (
    source varchar, export varchar, file varchar, line bigint, column_name varchar, header varchar,
    printed double, accepted double, left_out double, tolerance double, reason varchar
);
create table if not exists raw._masked (
    source varchar, export varchar, file varchar, column_name varchar, what varchar, cells bigint
);
create table if not exists raw._door (name varchar, value varchar);
create table if not exists raw._run (as_of date, first_day date);
create table if not exists raw._former_addresses (
    source varchar, export varchar, person_id varchar, email_hash varchar
);
"""


# What is kept of a file beside its rows.
_OF_FILES = ("raw._files", "raw._quarantine", "raw._left_out", "raw._totals", "raw._masked")
# What is counted of each file, the rows first: rows_read is the sum of the five that follow it.
_COUNTS = (
    *("rows_read", "accepted", "quarantined", "superseded", "added_up", "left_out"),
    *("ignored", "blank", "line_breaks"),
)


@dataclass(frozen=True)
class KnownFile:
    """A file whose rows the warehouse has, or that is the duplicate of one."""

    file: str
    sha256: str
    status: str
    duplicate_of: str | None
    declaration: str | None
    encoding: str
    lines: int
    detail: str  # the headers of the declared details that the file has


def raw_table(export: Export) -> str:
    """The SQL name of the table of accepted rows."""
    return f"raw.{name_quoted(export.table)}"


def superseded_table(export: Export) -> str:
    """The SQL name of the table of rows whose key a newer row has."""
    return f"raw.{name_quoted(f'_superseded__{export.table}')}"


def tables_of(export: Export) -> tuple[str, ...]:
    """Both tables that hold rows of the export; without a key there is only one."""
    return (raw_table(export), superseded_table(export)) if export.key else (raw_table(export),)


def create_own_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what the door keeps beside the exports' tables."""
    connection.execute(_TABLES)


def write_former_addresses(connection: duckdb.DuckDBPyConnection, exports: Sequence[Export]) -> None:
    """Keep the addresses that persons have in rows which newer ones replaced, of exports keyed by persons."""
    tables = ", ".join(quoted(export.table) for export in exports)
    connection.execute(f"delete from raw._former_addresses where export in ({tables or 'null'})")
    for export in exports:
        if export.key_is_person:
            person = name_quoted(export.key[0])
            connection.execute(
                f"insert into raw._former_addresses select distinct {quoted(export.source)},"
                f" {quoted(export.table)}, cast({person} as varchar), email_hash"
                f" from {superseded_table(export)} where {person} is not null and email_hash is not null"
            )


def create_tables(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Create the export's tables where they are missing."""
    suited = _suited_compression(connection)
    columns = [
        f"{name_quoted(column.name)} {column.data_type}{suited(export, column)}" for column in export.columns
    ]
    columns += [f"_file varchar{suited(export, None)}", "_row bigint"]
    for table in tables_of(export):
        connection.execute(f"create table if not exists {table} ({', '.join(columns)})")


def _suited_compression(connection: duckdb.DuckDBPyConnection) -> Callable[[Export, Column | None], str]:
    """What of compression is said of a column, None being the file's name.

    In a database of DuckDB's first format, what is known to suit a column saves trying everything, half of
    the cost of writing. Newer ones have one way for all texts, and refuse the others.
    """
    format_of = (
        "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
    )
    told = connection.execute(format_of).fetchone()
    return _first_compression if told and str(told[0]).startswith("v1.0.") else lambda *_: ""


def _first_compression(export: Export, column: Column | None) -> str:
    if column is None or column.is_pii or column.one_of:
        return " using compression 'dictionary'"
    if column.data_type == "varchar" and export.key == (column.name,):
        return " using compression 'fsst'"
    return ""


def declaration(
    export: Export, reporting_timezone: str, kept_parameters: Sequence[str] = KEPT_PARAMETERS
) -> str:
    """What decides on the rows beside the files, as a fingerprint: another one reads the files anew.

    That is what the export's declaration says of them, and the code that reads.
    """
    told = asdict(export)
    for name in (
        *("description", "event_time", "freshness_days", "grade", "assumed", "printed"),
        *("path", "line", "files"),
    ):
        del told[name]
    for column in told["columns"]:
        del column["description"], column["line"]
    # It begins the days that dates without a time name, too.
    if any(column.data_type == "timestamp" for column in export.columns):
        told["reporting_timezone"] = reporting_timezone
    if any(column.data_type == "varchar" for column in export.columns):
        told["kept_parameters"] = list(kept_parameters)
    return _fingerprint([digest_of_code(*READING), told])


def layout(export: Export) -> str:
    """What of a declaration decides on the tables, as a fingerprint: another one makes them anew."""
    columns = [(column.name, column.data_type, column.is_pii) for column in export.columns]
    return _fingerprint([columns, export.key, export.repeated, export.full_key, export.newest])


def _fingerprint(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def setting(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What the door remembers under `name`; None where nothing."""
    row = connection.execute(f"select value from raw._door where name = {quoted(name)}").fetchone()
    return None if row is None else row[0]


def remember(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    connection.execute(f"delete from raw._door where name = {quoted(name)}")
    connection.execute(f"insert into raw._door values ({quoted(name)}, {quoted(value)})")


def known_files(connection: duckdb.DuckDBPyConnection, export: Export) -> dict[str, KnownFile]:
    """The files of an export that the warehouse knows, by name."""
    rows = connection.execute(
        "select file, sha256, status, duplicate_of, declaration, encoding, lines, coalesce(detail, '')"
        " from raw._files"
        f" where {_of(export)}"
    ).fetchall()
    return {row[0]: KnownFile(*row) for row in rows}


def forget_file(connection: duckdb.DuckDBPyConnection, export: Export, file: str) -> None:
    """Forget what is kept of a file beside its rows."""
    for table in _OF_FILES:
        connection.execute(f"delete from {table} where {_of(export)} and file = {quoted(file)}")


def drop_export(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Forget an export altogether."""
    for table in (raw_table(export), superseded_table(export)):
        connection.execute(f"drop table if exists {table}")
    for table in _OF_FILES:
        connection.execute(f"delete from {table} where {_of(export)}")
    connection.execute(f"delete from raw._door where name = {quoted(f'layout:{export.table}')}")


def _of(export: Export) -> str:
    """SQL: the row belongs to the export."""
    return f"source = {quoted(export.source)} and export = {quoted(export.name)}"


def note_file(connection: duckdb.DuckDBPyConnection, export: Export, **values: str | int | None) -> None:
    """Keep what is known of a file; counts that are not given are 0."""
    row = {"source": export.source, "export": export.name, **dict.fromkeys(_COUNTS, 0), **values}
    listed = ", ".join(map(literal, row.values()))
    connection.execute(f"insert into raw._files ({', '.join(row)}) values ({listed})")


def file_facts(connection: duckdb.DuckDBPyConnection, export: Export) -> dict[str, dict[str, Any]]:
    """What is known of each file of an export, by the names that a FileReport has for it."""
    names = ("lines", *_COUNTS)
    rows = connection.execute(
        f"select file, {', '.join(names)}, coalesce(detail, ''), coalesce(superseded_by, []) from raw._files"
        f" where {_of(export)}"
    ).fetchall()
    return {
        file: {**dict(zip(names, counts, strict=True)), "detail": detail, "superseded_by": tuple(by)}
        for file, *counts, detail, by in rows
    }


def quarantine(connection: duckdb.DuckDBPyConnection, export: Export, file: str, rows: str) -> None:
    """Keep bad rows, a query for line, column_name, reason and text."""
    connection.execute(
        f"insert into raw._quarantine select {quoted(export.source)}, {quoted(export.name)}, {quoted(file)},"
        f" line, column_name, reason, text, null from ({rows})"
    )


def quarantine_line(
    connection: duckdb.DuckDBPyConnection, export: Export, file: str, *values: str | int | None
) -> None:
    """Keep a line that is no record: line, column_name, reason, text, byte_position."""
    _note(connection, "raw._quarantine", export, file, values)


def note_left_out(
    connection: duckdb.DuckDBPyConnection, export: Export, file: str, *values: str | int | None
) -> None:
    """Keep that rows of a file are left out: line of the first, why, row_count, sums."""
    _note(connection, "raw._left_out", export, file, values)


def note_total(
    connection: duckdb.DuckDBPyConnection, export: Export, file: str, *values: str | float | None
) -> None:
    """Keep a figure of a row of sums: the columns of raw._totals after `file`."""
    _note(connection, "raw._totals", export, file, values)


def note_masked(
    connection: duckdb.DuckDBPyConnection, export: Export, file: str, *values: str | int | None
) -> None:
    """Keep that cells of a column were masked: column_name, what was found in them, cells."""
    _note(connection, "raw._masked", export, file, values)


def _note(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    export: Export,
    file: str,
    values: Sequence[str | float | None],
) -> None:
    listed = ", ".join(map(literal, (export.source, export.name, file, *values)))
    connection.execute(f"insert into {table} values ({listed})")


def recount(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Bring what is counted of each file's rows up to date, once rows have changed places."""
    standing = raw_table(export)
    accepted = f"select _file, count(*) as accepted, 0 as added_up from {standing} group by _file"
    superseded = "select null as _file, 0 as superseded, cast(null as varchar[]) as superseded_by"
    if export.repeated == "sum":
        whole = ", ".join(map(name_quoted, export.full_key))
        accepted = (
            f"select _file, count(*) as accepted, sum(_parts) - count(*) as added_up"
            f" from (select _file, count(*) as _parts from {standing} group by _file, {whole}) group by _file"
        )
    if export.key:
        key, losers = ", ".join(map(name_quoted, export.key)), superseded_table(export)
        same = equal(export.key, "w", "l")
        lost = f"select _file, {key}, count(*) as _rows from {losers} group by _file, {key}"
        won = (
            f"select {key}, list(distinct _file) as _files from {standing} as w"
            f" semi join {losers} as l on {same} group by {key}"
        )
        superseded = (
            "select l._file, sum(l._rows) as superseded,"
            " list_sort(list_distinct(flatten(list(w._files)))) as superseded_by"
            f" from ({lost}) as l inner join ({won}) as w on {same} group by l._file"
        )
    connection.execute(
        f"update raw._files set accepted = coalesce(c.accepted, 0), added_up = coalesce(c.added_up, 0),"
        f" superseded = coalesce(c.superseded, 0), superseded_by = c.superseded_by"
        f" from (select file, a.accepted, a.added_up, s.superseded, s.superseded_by from raw._files"
        f" left join ({accepted}) as a on a._file = file left join ({superseded}) as s on s._file = file"
        f" where {_of(export)} and status = 'loaded') as c"
        f" where {_of(export)} and _files.file = c.file"
    )
