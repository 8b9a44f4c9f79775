"""Which of several rows with one key stands: the newest, in whatever order the files arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from runner.ingest.declarations import Export
from runner.ingest.warehouse import raw_table, superseded_table
from runner.sql import name_quoted, quoted

# A function from column names to the query for them, over the rows to be added.
Rows = Callable[[Sequence[str]], str]

_NEW, _DOUBLES, _MET, _LOSERS, _BACK, _RANKS = (
    f"temp.door_{name}" for name in ("new", "doubles", "met", "losers", "back", "ranks")
)


def set_ranks(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> None:
    """Say in which order an export's files are newer: the oldest first."""
    _make(
        connection,
        _RANKS,
        f"select unnest(cast([{', '.join(map(quoted, files))}] as varchar[])) as _file,"
        f" unnest(range({len(files)})) as _rank",
    )


def add_rows(connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows) -> bool:
    """Add `rows` to the raw table; of rows with one key the newest stands, the others are set aside.

    Returns whether any row was set aside. Rows set aside earlier need no look: they lost to one that stands.
    """
    table, losers = raw_table(export), superseded_table(export)
    columns = [*(column.name for column in export.columns), "_file", "_row"]
    if not export.key:
        connection.execute(f"insert into {table} {rows(columns)}")
        return False
    keys = _keys(export)
    _make(
        connection,
        _DOUBLES,
        f"select _hash from (select hash({keys}) as _hash from ({rows(export.key)}))"
        " group by _hash having count(*) > 1",
    )
    same = _same(export, "w", "n")
    _make(
        connection,
        _MET,
        f"select w.rowid as _id, {_keys(export, 'w')}, w._file, w._row{_newest(export, 'w')}"
        f" from {table} as w semi join ({rows(export.key)}) as n on {same}",
    )
    if not _any(connection, _DOUBLES) and not _any(connection, _MET):
        connection.execute(f"insert into {table} {rows(columns)}")
        return False

    _make(connection, _NEW, rows(columns))
    new = (
        f"select n.rowid as _id, {_keys(export, 'n')}, n._file, n._row{_newest(export, 'n')} from {_NEW} as n"
    )
    contested = (
        f"select false as _is_new, * from {_MET}"
        f" union all select true, * from ({new} semi join {_MET} as w on {same}"
        f" union {new} semi join {_DOUBLES} as d on d._hash = hash({_keys(export, 'n')}))"
    )
    _make(connection, _LOSERS, f"select _id, _is_new from ({_placed(export, contested)}) where _place > 1")
    lost_new = f"(select _id from {_LOSERS} where _is_new)"
    lost_old = f"(select _id from {_LOSERS} where not _is_new)"
    connection.execute(f"insert into {losers} select * from {table} where rowid in {lost_old}")
    connection.execute(f"delete from {table} where rowid in {lost_old}")
    connection.execute(f"insert into {losers} select * from {_NEW} where rowid in {lost_new}")
    connection.execute(f"insert into {table} select * from {_NEW} where rowid not in {lost_new}")
    connection.execute(f"drop table {_NEW}")
    return True


def remove_rows(connection: duckdb.DuckDBPyConnection, export: Export, file: str) -> bool:
    """Remove a file's rows; those that they had set aside come back, of each key the newest.

    Returns whether rows of other files came back.
    """
    table, losers = raw_table(export), superseded_table(export)
    is_its = f"_file = {quoted(file)}"
    if not export.key:
        connection.execute(f"delete from {table} where {is_its}")
        return False
    connection.execute(f"delete from {losers} where {is_its}")
    waiting = (
        f"select l.rowid as _id, {_keys(export, 'l')}, l._file, l._row{_newest(export, 'l')}"
        f" from {losers} as l semi join (select * from {table} where {is_its}) as w"
        f" on {_same(export, 'l', 'w')}"
    )
    _make(connection, _BACK, f"select _id from ({_placed(export, waiting)}) where _place = 1")
    connection.execute(f"delete from {table} where {is_its}")
    if not _any(connection, _BACK):
        return False
    connection.execute(f"insert into {table} select * from {losers} where rowid in (from {_BACK})")
    connection.execute(f"delete from {losers} where rowid in (from {_BACK})")
    return True


def _make(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    connection.execute(f"create or replace temp table {table.removeprefix('temp.')} as {query}")


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None


def _keys(export: Export, alias: str | None = None) -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{name_quoted(column)}" for column in export.key)


def _same(export: Export, one: str, other: str) -> str:
    """Equal keys; empty parts are equal."""
    names = map(name_quoted, export.key)
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in names)


def _newest(export: Export, alias: str) -> str:
    return f", {alias}.{name_quoted(export.newest)} as _newest" if export.newest else ""


def _placed(export: Export, rows: str) -> str:
    """The rows with their place among those of their key: the newest is first."""
    newest = "_newest desc nulls last, " if export.newest else ""
    return (
        f"select *, row_number() over (partition by {_keys(export)} order by {newest}_rank desc, _row desc)"
        f" as _place from ({rows}) left join {_RANKS} using (_file)"
    )
