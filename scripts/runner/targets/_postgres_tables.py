"""Takes tables from the working file to PostgreSQL and back, as CSV through COPY."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CouldNotRun
from runner.sql import name_quoted, quoted
from runner.targets._working_file import columns_of, make_way

_TO_POSTGRES: Mapping[str, str] = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "HUGEINT": "numeric(38, 0)",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp",
}
_TO_DUCKDB: Mapping[str, str] = {
    "bigint": "bigint",
    "boolean": "boolean",
    "date": "date",
    "double precision": "double",
    "integer": "integer",
    "numeric": "double",
    "smallint": "smallint",
    "timestamp without time zone": "timestamp",
}
_SENT = """
create table if not exists raw._sent (table_name text, layout text, file text, row_count bigint, digest text)
"""


def postgres_type(duckdb_type: str, collation: str) -> str:
    """PostgreSQL's name of a type; texts compare by `collation`. Raises CouldNotRun for a type it has not."""
    if duckdb_type == "VARCHAR":
        return f"text collate {name_quoted(collation)}"
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.lower().replace("decimal", "numeric")
    if duckdb_type not in _TO_POSTGRES:
        raise CouldNotRun(f"PostgreSQL is sent no values of the type {duckdb_type}.")
    return _TO_POSTGRES[duckdb_type]


def copy_rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    cursor: Any,
    into: str,
    folder: Path,
    *,
    freeze: bool = False,
) -> int:
    """Append what a query of the working file gives to `into`, a table with its columns. Returns the count.

    Raises CouldNotRun where the server did not take as many as there are.
    """
    file = folder / "rows.csv"
    rows = connection.execute(f"copy ({query}) to {quoted(file)} (format csv, header false)").fetchone()
    with file.open("rb") as lines:
        cursor.copy_expert(f"copy {into} from stdin with (format csv{', freeze' if freeze else ''})", lines)
    file.unlink()
    sent = int(rows[0]) if rows else 0
    if cursor.rowcount != sent:
        raise CouldNotRun(f"PostgreSQL took {cursor.rowcount} of {sent} rows of {into}.")
    return sent


def send_table(
    local: duckdb.DuckDBPyConnection,
    cursor: Any,
    table: str,
    wanted: Sequence[str],
    collation: str,
    folder: Path,
    *,
    afresh: bool,
) -> bool:
    """Bring a raw table in PostgreSQL to what the working file has, by the rows of changed files alone.

    wanted: the columns to send, all where none are named. Returns False where the table had to be made anew,
    which takes the views that read it along.
    """
    cursor.execute(_SENT)
    types = {n: t for n, t in columns_of(local, "raw", table).items() if not wanted or n in wanted}
    names = ", ".join(map(name_quoted, types))
    there = f"raw.{name_quoted(table)}"  # and here
    told = ", ".join(f"{name_quoted(n)} {postgres_type(t, collation)}" for n, t in types.items())
    layout = hashlib.sha256(told.encode()).hexdigest()
    cursor.execute("select file, row_count, digest, layout from raw._sent where table_name = %s", [table])
    known = {file: (rows, digest, of) for file, rows, digest, of in cursor.fetchall()}
    is_whole = not afresh and _is_whole(cursor, there, known, layout)
    if not is_whole:
        cursor.execute(f"drop table if exists {there} cascade")
        cursor.execute(f"create table {there} ({told})")
        cursor.execute("delete from raw._sent where table_name = %s", [table])
        known = {}
    by_file = "_file" in types
    file = "_file" if by_file else "''"
    now = {
        name: (rows, digest, layout)
        for name, rows, digest in local.execute(
            f"select {file}, count(*), cast(sum(hash(row({names}))) as varchar) from {there} group by {file}"
        ).fetchall()
    } or {"": (0, "", layout)}
    stale = [name for name in known if known[name] != now.get(name)]
    fresh = [name for name in now if known.get(name) != now[name]]
    if stale:
        cursor.execute(f"delete from {there} where {file} = any(%s)", [stale])
        cursor.execute("delete from raw._sent where table_name = %s and file = any(%s)", [table, stale])
    if fresh:
        chosen = f" where _file in ({', '.join(map(quoted, fresh))})" if by_file and fresh != [""] else ""
        copy_rows(local, f"select {names} from {there}{chosen}", cursor, f"{there} ({names})", folder)
        for name in fresh:
            rows, digest, _ = now[name]
            cursor.execute(
                "insert into raw._sent values (%s, %s, %s, %s, %s)", [table, layout, name, rows, digest]
            )
        cursor.execute(f"analyze {there}")
    return is_whole


def _is_whole(cursor: Any, there: str, known: Mapping[str, tuple[int, str, str]], layout: str) -> bool:
    """Whether a table holds what was sent to it, in today's layout."""
    if not known or any(of != layout for _, _, of in known.values()):
        return False
    cursor.execute("select to_regclass(%s) is not null", [there])
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(f"select count(*) from {there}")
    return bool(cursor.fetchone()[0] == sum(rows for rows, _, _ in known.values()))


def receive_table(
    local: duckdb.DuckDBPyConnection, cursor: Any, schema: str, table: str, folder: Path
) -> None:
    """Put a table or view of PostgreSQL into the working file, in place of what has its name there.

    Raises CouldNotRun where not every row arrived.
    """
    cursor.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        [schema, table],
    )
    columns = {name: _TO_DUCKDB.get(kind, "varchar") for name, kind in cursor.fetchall()}
    file = folder / "rows.csv"
    with file.open("wb") as lines:
        cursor.copy_expert(
            f"copy (select * from {schema}.{name_quoted(table)}) to stdout with (format csv)", lines
        )
    sent = cursor.rowcount
    typed = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    name = make_way(local, schema, table)
    # By one thread: read in parts, a text with line breaks can be taken for several rows.
    local.execute(
        f"create table {name} as from read_csv({quoted(file)}, columns = {{{typed}}}, header = false,"
        " delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false,"
        " parallel = false, auto_detect = false, max_line_size = 100000000)"
    )
    file.unlink()
    arrived = local.execute(f"select count(*) from {name}").fetchone()
    if arrived != (sent,):
        raise CouldNotRun(f"{arrived and arrived[0]} of {sent} rows of {name} arrived from PostgreSQL.")
