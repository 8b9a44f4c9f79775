"""Files that tell again what others tell: what may be lost, mixed or doubled by that."""

from __future__ import annotations

import duckdb

from runner.ingest.declare.declarations import Export
from runner.ingest.merge.file_order import in_order, unclear_order
from runner.ingest.warehouse import raw_table, superseded_table
from runner.results import Notice
from runner.sql import equal, name_quoted, quoted

# A later export of one account changes its last days a little; that of another changes nearly all by much.
FAR, FEW_RETOLD = 0.25, 3
MERGED = "merged_ids"  # the column of ids of records that became this one, parted by semicolons


def accounts_mixed(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files that tell most keys of another again with figures far from its own, without naming an account."""
    if "account" not in export.detail or not export.range:
        return []
    keys, measure = ", ".join(map(name_quoted, export.key)), name_quoted(export.range.adds[0])
    sums = (
        f"select _file, {keys}, sum({measure}) as told from {{}} where account is null group by _file, {keys}"
    )
    rows = connection.execute(
        "select w._file, l._file, count(*) as retold,"
        f" count(*) filter (abs(w.told - l.told) > {FAR} * greatest(abs(w.told), abs(l.told))) as far"
        f" from ({sums.format(raw_table(export))}) as w"
        f" join ({sums.format(superseded_table(export))}) as l using ({keys}) where w._file <> l._file"
        f" group by all having retold >= {FEW_RETOLD} and far > retold / 2 order by all"
    ).fetchall()
    return [
        Notice(
            "file",
            export.source,
            export.name,
            f"{new} tells again what {old} tells, {far:,} of {retold:,} times with figures far apart, and"
            " counts in its place; if they are of two accounts, export the account's name with both, or put"
            f" the files of each into a folder of its own, as {export.source}/NAME/",
        )
        for new, old, retold, far in rows
    ]


def dates_moved(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files that tell rows of another with other dates: an order has one, two shops' orders have two."""
    if export.repeated != "same" or not export.event_time or export.event_time[0] in export.key:
        return []
    day = name_quoted(export.event_time[0])
    same = equal([*export.key, *export.told_apart_by], "w", "l")
    rows = connection.execute(
        f"select w._file, l._file, count(*) from {raw_table(export)} as w"
        f" join {superseded_table(export)} as l on {same} where w._file <> l._file"
        f" and abs(date_diff('day', cast(w.{day} as date), cast(l.{day} as date))) > 1"
        " group by all order by all"
    ).fetchall()
    advice = "if they are of two accounts, only one's can be read"
    if any(export.column(name).file_group for name in export.told_apart_by):
        advice = f"if they are of two shops, put each one's files into a folder, as {export.source}/NAME/"
    return [
        Notice(
            "file",
            export.source,
            export.name,
            f"{new} tells again {count:,} row{'' if count == 1 else 's'} of {old} with another"
            f" {export.event_time[0]}, and counts in {'its' if count == 1 else 'their'} place; {advice}",
        )
        for new, old, count in rows
    ]


def put_off(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Rows that a newer file tells with another time, where either lacks the id that would make them one.

    Both count. The newer one has to tell of the older row's time: else both may be, as of a name used again.
    """
    found = []
    for name, id_name in export.named_by:
        column = export.column(name)
        if name not in export.key or column.data_type not in ("date", "timestamp"):
            continue
        at, rest = name_quoted(name), [key for key in export.key if key != name]
        rows = connection.execute(
            f"with spans as (select _file, min({at}) as first_at, max({at}) as last_at from"
            f" (select _file, {at} from {raw_table(export)}"
            f" union all select _file, {at} from {superseded_table(export)}) group by _file)"
            f" select w._file, l._file, count(distinct l._row) from {raw_table(export)} as l"
            f" join {raw_table(export)} as w on {equal(rest, 'w', 'l')} join spans as s on w._file = s._file"
            f" where w._file <> l._file and w.{at} <> l.{at} and l.{at} between s.first_at and s.last_at"
            f" and (w.{name_quoted(id_name)} is null or l.{name_quoted(id_name)} is null)"
            " group by all order by all"
        ).fetchall()
        found += [
            Notice(
                "file",
                export.source,
                export.name,
                f"{new} tells {count:,} row{'' if count == 1 else 's'} of {old} with another"
                f" {column.headers[0]}: both count; if they are the same, export both files with"
                f" {export.column(id_name).headers[0]}",
            )
            for new, old, count in rows
            if in_order([new, old])[-1] == new
        ]
    return found


def order_unclear(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files that retell one another whose names do not say which of them is the newer."""
    rows = connection.execute(
        "select file, superseded from raw._files where status = 'loaded'"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    unclear = unclear_order(file for file, _ in rows)
    if not unclear or not any(superseded for _, superseded in rows):
        return []
    text = (
        f"{unclear[0]} and {unclear[1]} tell of the same, and their names do not say which is the"
        " newer: the month is read before the day; put the days into the names as 2026-03-04"
    )
    return [Notice("file", export.source, export.name, text)]


def columns_lost(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files that tell rows of another again without a column that it has; of parts, one of figures."""
    files = connection.execute(
        "select l.file, w.file, l.lacking, w.lacking from raw._files as l"
        " join raw._files as w on list_contains(l.superseded_by, w.file)"
        " and w.source = l.source and w.export = l.export"
        f" where l.source = {quoted(export.source)} and l.export = {quoted(export.name)}"
        " and coalesce(l.lacking, '') <> coalesce(w.lacking, '') order by all"
    ).fetchall()
    keys = ", ".join(map(name_quoted, export.key))
    found = []
    for old, new, lacking_old, lacking_new in files:
        lost = {*(lacking_new or "").split()} - {*(lacking_old or "").split(), *export.full_key}
        columns = [
            c
            for c in export.columns
            if c.name in lost and not (export.keeps_parts and c.data_type == "varchar")
        ]
        is_told = {
            column: f"l.{name_quoted(column.name)}"
            + (" <> 0" if column.data_type in ("bigint", "double") else " is not null")
            for column in columns
        }
        names = [
            column.headers[0]
            for column, condition in is_told.items()
            if connection.execute(
                f"select 1 from {superseded_table(export)} as l semi join"
                f" (select {keys} from {raw_table(export)} where _file = {quoted(new)}) as w"
                f" on {equal(export.key, 'w', 'l')} where l._file = {quoted(old)} and {condition} limit 1"
            ).fetchone()
        ]
        if names:
            text = (
                f"{new} tells again rows of {old} without the column {', '.join(names)}, whose values"
                " are lost; export it with all columns"
            )
            found.append(Notice("columns", export.source, export.name, text))
    return found


def rows_gone(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Rows that a newer file lacks, though it tells most of their time again: deleted, perhaps."""
    if not export.key or not export.event_time:
        return []
    at, standing, replaced = name_quoted(export.event_time[0]), raw_table(export), superseded_table(export)
    of = f"source = {quoted(export.source)} and export = {quoted(export.name)}"
    key, merged = name_quoted(export.key[0]), ""
    if any(column.name == MERGED for column in export.columns):
        ids = f"select trim(unnest(string_split({MERGED}, ';'))) from {standing} where {MERGED} is not null"
        merged = f" and t.id not in ({ids})"
    rows = connection.execute(
        "with pairs as (select file as _file, unnest(superseded_by) as newer from raw._files"
        f" where status = 'loaded' and superseded > 0 and {of}),"
        f" told as (select _file, {key} as id, {at} as moment, true as stands from {standing}"
        f" union all select _file, {key}, {at}, false from {replaced}),"
        " spans as (select _file, min(moment) as first_at, max(moment) as last_at from told"
        " where _file in (select newer from pairs) group by _file)"
        f" select p.newer, p._file, count(*) filter (t.stands{merged}) as gone from pairs as p"
        " join spans as s on p.newer = s._file join told as t on p._file = t._file"
        " where p.newer <> p._file and t.moment >= s.first_at and t.moment <= s.last_at"
        " group by p.newer, p._file"
        f" having gone > 0 and count(*) > 2 * gone and count(*) - gone >= {FEW_RETOLD}"
        " qualify row_number() over (partition by p._file order by gone desc, p.newer) = 1 order by all"
    ).fetchall()
    return [
        Notice(
            "file",
            export.source,
            export.name,
            f"{new} tells most of {old} again, but not {count:,} of its rows: what of them was deleted or"
            f" moved in the tool still counts; to have it gone, take {old} away and run with --full-refresh",
        )
        for new, old, count in rows
    ]


def told_twice(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files without a column of the key that tell what others tell with it: both count, since keys differ."""
    if not export.keeps_parts:
        return []
    files = connection.execute(
        "select file, lacking, accepted from raw._files where status = 'loaded' and accepted > 0"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    found = []
    for file, lacking, accepted in files:
        missing = [name for name in export.key if name in (lacking or "").split()]
        rest = [name for name in export.key if name not in missing]
        if not missing or not rest:
            continue
        told = ", ".join(f"cast({name_quoted(name)} as varchar)" for name in missing)
        row = connection.execute(
            f"select count(*) from {raw_table(export)} as w semi join (select * from {raw_table(export)}"
            f" where _file <> {quoted(file)} and coalesce({told}) is not null) as l"
            f" on {equal(rest, 'w', 'l')} where w._file = {quoted(file)}"
        ).fetchone()
        if row and row[0] >= max(FEW_RETOLD, accepted / 2):
            columns = ", ".join(export.column(name).headers[0] for name in missing)
            text = (
                f"{file} has no column {columns}, and {row[0]:,} of its {accepted:,} rows others tell with"
                " it: both count; if they are the same, take one of them away"
            )
            found.append(Notice("file", export.source, export.name, text))
    return found
