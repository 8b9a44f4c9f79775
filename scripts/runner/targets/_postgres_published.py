"""The schema `published` of PostgreSQL: what the published file holds, for many readers who never wait.

Rows are exchanged in one transaction while tables and views stay, so every reader, whatever its isolation,
its prepared statements and its open cursors, meets one run's figures or another's. Only where a run has other
tables, columns or views than the last does a new schema take the place of the old, by name.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from runner.errors import CouldNotRun
from runner.sql import name_quoted, quoted
from runner.targets._postgres_tables import copy_rows, postgres_type
from runner.targets._working_file import columns_of

SCHEMA, NEXT, OLD = "published", "published_next", "published_old"
# One row holds a whole series of figures, so that the key stands once: an eighth of a row a figure.
SERIES_OF, SERIES = "kpi_values", "kpi_series"
SERIES_KEY = ("kpi", "period_grain", "dimension", "dimension_value")
_SECONDS_FOR_LOCKS = "2s"


@dataclass(frozen=True)
class Table:
    """A table to publish. query: its rows in the file; columns: {name: PostgreSQL's type}."""

    name: str
    query: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()


def ensure_reader(connection: Any, reader: str) -> None:
    """Make sure that the role of readers exists. Raises CouldNotRun where it does not and cannot be made."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [reader])
        if cursor.fetchone():
            return
        try:
            cursor.execute(f"create role {name_quoted(reader)} nologin")
        except psycopg2.Error as error:
            raise CouldNotRun(
                f"There is no role {reader} for readers, and it cannot be made: have one made, with"
                f" `create role {reader}`, or name another in MARKETING_KPIS_PG_READER."
            ) from error


def run_id(connection: Any) -> str | None:
    """The run whose figures readers meet; None where nothing is published."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('published.run') is not null")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(f"select run_id from {SCHEMA}.run")
        row = cursor.fetchone()
        return str(row[0]) if row else None


def prepare(connection: Any, file: Path, reader: str, collation: str) -> Callable[[], None]:
    """Take what the published file holds to the server, unseen. Returns what puts it in place at once.

    connection: one that commits by itself, and holds the lock of the run.
    """
    tidy(connection)
    with duckdb.connect(str(file), read_only=True) as local, connection.cursor() as cursor:
        tables, views, comments = _tables(local, collation), _views(local), _comments(local)
        cursor.execute("begin")
        try:
            cursor.execute(f"create schema {NEXT}")
            with tempfile.TemporaryDirectory(dir=file.parent) as folder:
                for table in tables:
                    _create(cursor, local, table, Path(folder))
            made = [
                _create_view(cursor, local, name, sql, collation, file.parent) for name, sql in views.items()
            ]
            for told in comments:
                _comment(cursor, *told)
            cursor.execute(f"grant usage on schema {NEXT} to {name_quoted(reader)}")
            cursor.execute(f"grant select on all tables in schema {NEXT} to {name_quoted(reader)}")
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
    layout = hashlib.sha256(repr((tables, views, comments, made, reader)).encode()).hexdigest()
    exchanged = [*tables, *(table for table in made if table)]
    return lambda: _put_in_place(connection, exchanged, layout)


def tidy(connection: Any) -> None:
    """Drop what no reader meets any more, but for what one still has open: then a later run does."""
    if connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where nspname ~ %s", [f"^({NEXT}|{OLD}_.*)$"])
        for (schema,) in cursor.fetchall():
            if schema == NEXT:
                cursor.execute(f"drop schema {NEXT} cascade")  # nobody can have it open
                continue
            try:
                cursor.execute("begin")
                cursor.execute(f"set local lock_timeout = '{_SECONDS_FOR_LOCKS}'")
                cursor.execute(f"drop schema {name_quoted(schema)} cascade")
                cursor.execute("commit")
            except psycopg2.errors.LockNotAvailable:
                cursor.execute("rollback")


def _put_in_place(connection: Any, tables: list[Table], layout: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("begin")
        try:
            cursor.execute("select value from raw._target where name = 'published'")
            is_alike = cursor.fetchone() == (layout,) and run_id(connection) is not None
            if is_alike:
                for table in tables:
                    _exchange(cursor, table)
            else:
                cursor.execute(f"select 1 from pg_namespace where nspname = '{SCHEMA}'")
                if cursor.fetchone():
                    cursor.execute("select to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS')")
                    cursor.execute(f"alter schema {SCHEMA} rename to {OLD}_{cursor.fetchone()[0]}")
                cursor.execute(f"alter schema {NEXT} rename to {SCHEMA}")
                cursor.execute(
                    "insert into raw._target values ('published', %s)"
                    " on conflict (name) do update set value = excluded.value",
                    [layout],
                )
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
        with suppress(psycopg2.Error):  # readers meet the new figures already
            for table in tables:
                cursor.execute(f"vacuum (analyze) {SCHEMA}.{name_quoted(table.name)}")


def _exchange(cursor: Any, table: Table) -> None:
    """Let a table hold the rows of its namesake, by as few changes as its key allows."""
    old, new = (f"{schema}.{name_quoted(table.name)}" for schema in (SCHEMA, NEXT))
    if table.key:
        same = " and ".join(f"old.{name} = new.{name}" for name in map(name_quoted, table.key))
        cursor.execute(
            f"delete from {old} as old where not exists (select 1 from {new} as new where {same}"
            " and new is not distinct from old)"
        )
        cursor.execute(
            f"insert into {old} select * from {new} as new"
            f" where not exists (select 1 from {old} as old where {same})"
        )
        return
    cursor.execute(
        f"select exists ((table {old} except all table {new}) union all (table {new} except all table {old}))"
    )
    if cursor.fetchone()[0]:
        cursor.execute(f"delete from {old}")
        cursor.execute(f"insert into {old} table {new}")


def _tables(local: duckdb.DuckDBPyConnection, collation: str) -> list[Table]:
    names = [row[0] for row in local.execute(
        "select table_name from duckdb_tables() where schema_name = 'kpi' order by table_name"
    ).fetchall()]  # fmt: skip
    return [
        _series(local, collation)
        if name == SERIES_OF
        else _plain(local, name, f"from kpi.{name_quoted(name)}", collation)
        for name in names
    ]


def _plain(local: duckdb.DuckDBPyConnection, name: str, query: str, collation: str) -> Table:
    columns = columns_of(local, "kpi", name)
    return Table(name, query, {column: postgres_type(kind, collation) for column, kind in columns.items()})


def _series(local: duckdb.DuckDBPyConnection, collation: str) -> Table:
    """The figures, a row a series: the period's start and all that is said of it as arrays."""
    columns = columns_of(local, "kpi", SERIES_OF)
    key = ", ".join(SERIES_KEY)
    types = {name: postgres_type(columns[name], collation) for name in SERIES_KEY}
    arrays = []
    for name, kind in columns.items():
        if name in SERIES_KEY:
            continue
        types[name] = re.sub(r"^(\w+(?: precision)?)", r"\1[]", postgres_type(kind, collation))
        text = f"cast({name_quoted(name)} as varchar)"
        if kind == "VARCHAR":
            text = rf"""'"' || replace(replace({text}, '\', '\\'), '"', '\"') || '"'"""
        arrays.append(
            f"'{{' || string_agg(coalesce({text}, 'NULL'), ',' order by period_start) || '}}'"
            f" as {name_quoted(name)}"
        )
    query = f"select {key}, {', '.join(arrays)} from kpi.{SERIES_OF} group by {key} order by {key}"
    return Table(SERIES, query, types, SERIES_KEY)


def _create(cursor: Any, local: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    into = f"{NEXT}.{name_quoted(table.name)}"
    columns = ", ".join(f"{name_quoted(name)} {kind}" for name, kind in table.columns.items())
    cursor.execute(f"create table {into} ({columns})")
    # Frozen, or a reader whose snapshot is older than the schema would meet it empty.
    copy_rows(local, table.query, cursor, into, folder, freeze=True)
    if table.key:
        cursor.execute(f"alter table {into} add primary key ({', '.join(map(name_quoted, table.key))})")
    if table.name == SERIES:
        # For all KPIs of a grain; those of one KPI are in the primary key.
        cursor.execute(f"create index on {into} (dimension, period_grain)")
        points = [name_quoted(name) for name in table.columns if name not in table.key]
        of_points = ", ".join(f"series.{name}" for name in points)
        order = ", ".join(name_quoted(name) for name in columns_of(local, "kpi", SERIES_OF))
        cursor.execute(
            f"create view {NEXT}.{SERIES_OF} as select {order} from"
            f" (select {', '.join(f'series.{name_quoted(name)}' for name in table.key)},"
            f" {', '.join(f'point.{name}' for name in points)}"
            f" from {into} as series"
            f" cross join lateral unnest({of_points}) as point ({', '.join(points)})) as told"
        )
    cursor.execute(f"analyze {into}")


def _views(local: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The views of the file, {name: query}, those first that others read."""
    rows = local.execute(
        "select view_name, sql from duckdb_views()"
        " where schema_name = 'kpi' and not internal order by view_oid"
    ).fetchall()
    return {
        name: re.sub(r"(?is)^create view .*? as ", "", sql, count=1).rstrip().rstrip(";")
        for name, sql in rows
    }


def _create_view(
    cursor: Any, local: duckdb.DuckDBPyConnection, name: str, query: str, collation: str, scratch: Path
) -> Table | None:
    """Publish a view as one; where PostgreSQL does not read its query, as a table, which is returned."""
    cursor.execute("savepoint before")
    try:
        moved = re.sub(r"\bkpi\.(?=\"?\w)", f"{NEXT}.", query)
        cursor.execute(f"create view {NEXT}.{name_quoted(name)} as {moved}")
    except psycopg2.Error:
        cursor.execute("rollback to savepoint before")
        table = _plain(local, name, f"from kpi.{name_quoted(name)}", collation)
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            _create(cursor, local, table, Path(folder))
        return table
    return None


def _comments(local: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """What the file says of its tables, views and their columns: name, column or nothing, words."""
    return local.execute(
        "select table_name, '', comment from duckdb_tables()"
        " where schema_name = 'kpi' and comment is not null"
        " union all select view_name, '', comment from duckdb_views()"
        " where schema_name = 'kpi' and comment is not null"
        " union all select table_name, column_name, comment from duckdb_columns()"
        " where schema_name = 'kpi' and comment is not null order by all"
    ).fetchall()


def _comment(cursor: Any, name: str, column: str, comment: str) -> None:
    relation = f"{NEXT}.{name_quoted(name)}"
    if column:
        cursor.execute(f"comment on column {relation}.{name_quoted(column)} is {quoted(comment)}")
        return
    cursor.execute("select relkind from pg_class where oid = to_regclass(%s)", [relation])
    kind = "view" if cursor.fetchone()[0] == "v" else "table"
    cursor.execute(f"comment on {kind} {relation} is {quoted(comment)}")
