"""Which rows of one key stand: the newest, or the newest file's parts, in whatever order files arrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import Export
from runner.ingest.read.names import normal
from runner.ingest.warehouse import raw_table, superseded_table
from runner.sql import equal, name_quoted, quoted

# A function from column names to the query for them, over the rows to be added.
Rows = Callable[[Sequence[str]], str]

_NEW, _DOUBLES, _MET, _LOSERS, _BACK, _KEYS, RANKS = (
    f"temp.door_{name}" for name in ("new", "doubles", "met", "losers", "back", "keys", "ranks")
)


DETAILS = " | "  # between the details of a file


def set_ranks(
    connection: duckdb.DuckDBPyConnection, export: Export, files: Sequence[str], details: Mapping[str, str]
) -> None:
    """Say in which order an export's files are newer, the oldest first, and which details they tell."""
    orders = (quoted(_order(export, details.get(file, ""))) for file in files)
    _make(
        connection,
        RANKS,
        f"select unnest(cast([{', '.join(map(quoted, files))}] as varchar[])) as _file,"
        f" unnest(range({len(files)})) as _rank,"
        f" unnest(cast([{', '.join(orders)}] as varchar[])) as _detail",
    )


def set_detail(connection: duckdb.DuckDBPyConnection, export: Export, file: str, details: str) -> None:
    """Say which details a file tells, once it has been read."""
    connection.execute(
        f"update {RANKS} set _detail = {quoted(_order(export, details))} where _file = {quoted(file)}"
    )


def _order(export: Export, details: str) -> str:
    """A text that sorts files of fewer details first: a whole is complete, a part may be missing.

    Of as many, those first that tell whose their rows are: one that does not may hold one account's alone.
    """
    whose = {normal(name) for column in export.whose for name in (column, *export.column(column).headers)}
    titles = details.split(DETAILS) if details else []
    owners = sum(normal(title) in whose for title in titles)
    return f"{len(titles) - owners:02} {99 - owners} {details.casefold()}"


def add_rows(
    connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows, *, told_in: str | None = None
) -> bool:
    """Add `rows` to the raw table; of rows with one key the newest stands, the others are set aside.

    Where the export's rows are parts, all of the newest file's stand, of the files with the fewest details.
    told_in: the file that the rows are of; where one row may not be told twice in it, CheckFailed is raised
    for two that differ. Returns whether the files have to be counted again: rows were set aside, or a key has
    several parts. Rows set aside earlier need no look, as they lost to one that stands, unless ids tell rows
    of one key apart.
    """
    table, losers = raw_table(export), superseded_table(export)
    columns = [*(column.name for column in export.columns), "_file", "_row"]
    if not export.key:
        connection.execute(f"insert into {table} {rows(columns)}")
        return False
    same = equal(export.key, "w", "n")
    _make(
        connection,
        _MET,
        f"select {_contestant(export, 'w')} from {table} as w semi join ({rows(export.key)}) as n on {same}",
    )
    is_repeated = _is_repeated(connection, export, rows)
    all_stand = not is_repeated or (export.keeps_parts and told_in and not export.whole_without)
    if not _any(connection, _MET) and all_stand:
        connection.execute(f"insert into {table} {rows(columns)}")
        return is_repeated

    _make(connection, _NEW, rows(columns))
    _make(connection, _DOUBLES, _doubles(export, rows))
    if export.repeated == "same" and told_in:
        _refuse_unequal(connection, export, told_in)
    if export.identities:
        connection.execute(f"insert into {losers} from {_NEW}")
        _settle(connection, export, _NEW)
        connection.execute(f"drop table {_NEW}")
        return True
    new = f"select {_contestant(export, 'n')} from {_NEW} as n"
    contested = (
        f"select false as _is_new, * from {_MET}"
        f" union all select true, * from ({new} semi join {_MET} as w on {same}"
        f" union {new} semi join {_DOUBLES} as d on d._hash = hash({_names(export.key, 'n')}))"
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
    if export.identities:
        keys = ", ".join(map(name_quoted, export.key))
        _make(connection, _KEYS, f"select distinct {keys} from {table} where {is_its}")
        for rows in (table, losers):
            connection.execute(f"delete from {rows} where {is_its}")
        return _settle(connection, export, _KEYS)
    connection.execute(f"delete from {losers} where {is_its}")
    its_own = f"(select * from {table} where {is_its}) as w"
    waiting = (
        f"select true as _is_waiting, {_contestant(export, 'l')} from {losers} as l"
        f" semi join {its_own} on {equal(export.key, 'l', 'w')}"
    )
    if export.detail:  # other files' details of the key may stand, and then those of fewer details wait on
        waiting += (
            f" union all select false, {_contestant(export, 's')} from {table} as s"
            f" semi join {its_own} on {equal(export.key, 's', 'w')} where s.{is_its.replace(' = ', ' <> ')}"
        )
    _make(connection, _BACK, f"select _id from ({_placed(export, waiting)}) where _place = 1 and _is_waiting")
    connection.execute(f"delete from {table} where {is_its}")
    if not _any(connection, _BACK):
        return False
    connection.execute(f"insert into {table} select * from {losers} where rowid in (from {_BACK})")
    connection.execute(f"delete from {losers} where rowid in (from {_BACK})")
    return True


def _settle(connection: duckdb.DuckDBPyConnection, export: Export, keys: str) -> bool:
    """Let of all rows of some keys those stand that ought to; returns whether others came back."""
    table, losers = raw_table(export), superseded_table(export)
    rows = " union all ".join(
        f"select {stand} as _stands, {_contestant(export, 'w')} from {place} as w"
        f" semi join {keys} as n on {equal(export.key, 'w', 'n')}"
        for stand, place in ((True, table), (False, losers))
    )
    _make(
        connection,
        _LOSERS,
        f"select _id, _stands from ({_placed(export, rows)}) where _stands <> (_place = 1)",
    )
    lost, back = (
        f"rowid in (select _id from {_LOSERS} where {which})" for which in ("_stands", "not _stands")
    )
    _make(connection, _BACK, f"select * from {losers} where {back}")
    connection.execute(f"delete from {losers} where {back}")
    connection.execute(f"insert into {losers} select * from {table} where {lost}")
    connection.execute(f"delete from {table} where {lost}")
    connection.execute(f"insert into {table} from {_BACK}")
    return _any(connection, _BACK)


def _make(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    connection.execute(f"create or replace temp table {table.removeprefix('temp.')} as {query}")


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None


def _is_repeated(connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows) -> bool:
    """Whether several of `rows` have one key; quicker than to find out which."""
    keys = f"hash({_names(export.key)})"
    found = connection.execute(
        f"select count({keys}) > count(distinct {keys}) from ({rows(export.key)})"
    ).fetchone()
    return found is not None and bool(found[0])


def _doubles(export: Export, rows: Rows) -> str:
    """The query for the hashes of keys that several of `rows` have."""
    return (
        f"select _hash from (select hash({_names(export.key)}) as _hash from ({rows(export.key)}))"
        " group by _hash having count(*) > 1"
    )


def _refuse_unequal(connection: duckdb.DuckDBPyConnection, export: Export, file: str) -> None:
    """Raise CheckFailed where two of the new rows have one key and differ in anything else."""
    others = [column.name for column in export.columns if column.name not in export.full_key]
    key = _names(export.full_key)
    differs = [
        f"{name} is distinct from first_value({name}) over (partition by {key} order by _row)"
        for name in map(name_quoted, others)
    ]
    found = connection.execute(
        f"select _first, _row, _differs from (select _row, first_value(_row) over (partition by"
        f" {key} order by _row) as _first, [{', '.join(differs)}] as _differs from {_NEW} as n"
        f" semi join {_DOUBLES} as d on d._hash = hash({_names(export.key, 'n')}))"
        " where list_contains(_differs, true) order by _row limit 1"
    ).fetchone()
    if found is None:
        return
    first, second, flags = found
    unlike = ", ".join(name for name, differs in zip(others, flags, strict=True) if differs)
    raise CheckFailed(
        f"{file}, lines {first:,} and {second:,}: both are of the {' and '.join(export.key)} but differ in"
        f" {unlike}; one of them is wrong, or both are parts of it: give the file one row for each."
    )


def _names(columns: Sequence[str], alias: str | None = None) -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{name_quoted(column)}" for column in columns)


def _contestant(export: Export, alias: str) -> str:
    """What of a row decides on its place."""
    newest = f", {alias}.{name_quoted(export.newest)} as _newest" if export.newest else ""
    return f"{alias}.rowid as _id, {_names(export.full_key, alias)}, {alias}._file, {alias}._row{newest}"


def _placed(export: Export, rows: str) -> str:
    """The rows with their place among those of their key: 1 is what stands.

    Where ids tell things of one key apart, each is judged by itself; rows without an id may be of any of
    them: either these count or those, whichever a file of fewer details tells, or the newer one.
    """
    whole_key = _names(export.full_key)
    named = (*export.key, *(name for name, _ in export.named_by if name not in export.key))
    if not export.keeps_parts:
        newest = "_newest desc nulls last, " if export.newest else ""
        place = f"row_number() over (partition by {whole_key} order by {newest}_rank desc, _row desc)"
    else:
        place = f"rank() over (partition by {whole_key}, _detail order by _rank desc)"
    detail = "_detail"
    if export.detail:
        if export.whole_without:
            detail = f"case when {name_quoted(export.whole_without)} is null then '' else _detail end"
        apart = export.identities if named == export.key else ()
        fewest = f"min({detail}) over (partition by {_names((*export.key, *apart))})"
        place = f"case when {detail} = {fewest} then {place} else 2 end"
    if export.identities:
        has_id = f"coalesce({_names(export.identities)}) is not null"
        told = f"min([{detail}, lpad(cast(1000000 - _rank as varchar), 7, '0')])"
        of_key = f"over (partition by {_names(named)})"
        known, unknown = (
            f"coalesce({told} filter ({which}) {of_key}, ['~'])" for which in (has_id, f"not {has_id}")
        )
        stand = f"case when {has_id} then {known} <= {unknown} else {unknown} <= {known} end"
        place = f"case when {stand} then {place} else 2 end"
    return f"select *, {place} as _place from ({rows}) left join {RANKS} using (_file)"
