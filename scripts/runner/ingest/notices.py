"""What of an exports folder is not read, or is read with an assumption: each told once, in one line."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import duckdb

from runner.ingest.declarations import OWN_LOOKUPS, Column, Export, alias_regex
from runner.ingest.file_order import in_order, unclear_order
from runner.ingest.files import find_unread, others
from runner.ingest.header import split_path
from runner.ingest.ids import ROUNDED
from runner.ingest.names import NEAR, NEAR_OWN, nearest_column, normal
from runner.ingest.personal import PERSONAL, QUERY
from runner.ingest.ranges import Spread, read_spreads
from runner.ingest.warehouse import raw_table, superseded_table
from runner.masking import masked
from runner.results import Masked, Notice
from runner.sql import equal, name_quoted, quoted

# Here every column has a meaning of ours, so each that is not read is named.
OWN_LAYOUTS = ("generic", OWN_LOOKUPS)
DATA_ENDINGS = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".parquet", ".pq", ".xlsx", ".xls", ".ods")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz")
MOST_NAMED = 8
_NOT_KEPT = {
    PERSONAL: "is masked",
    QUERY: "is cut but for allowed parameters",
    ROUNDED: "are read as none: export the file anew, and not by way of a spreadsheet",
}
# A later export of one account changes its last days a little; that of another changes nearly all by much.
FAR, FEW_RETOLD = 0.25, 3


def read_notices(
    connection: duckdb.DuckDBPyConnection,
    exports_dir: Path,
    loaded: Sequence[Export],
    declared: Sequence[Export],
) -> tuple[Notice, ...]:
    """Folders, files and columns that nothing reads, and rows spread over days.

    loaded: the exports of this load; declared: all there are.
    """
    notices = [*_masked(connection), *_folders(exports_dir, declared), *_files(exports_dir, loaded)]
    for export in loaded:
        notices += [
            *_columns(connection, export),
            *_without(connection, export),
            *_nothing(connection, export),
            *_doubtful(connection, export),
            *_spaced(connection, export),
            *_accounts(connection, export),
            *_dates(connection, export),
            *_order(connection, export),
            *_lost(connection, export),
            *_gone(connection, export),
            *_both(connection, export),
        ]
    notices += map(_range, read_spreads(connection, loaded))
    return tuple(replace(notice, text=masked(notice.text)) for notice in notices)


def masked_cells(connection: duckdb.DuckDBPyConnection) -> tuple[Masked, ...]:
    """By column, how many cells hold what is not kept: personal data, query strings of links."""
    rows = connection.execute(
        "select source, export, column_name, what, cast(sum(cells) as bigint) from raw._masked"
        " group by all order by what, source, export, column_name"
    ).fetchall()
    return tuple(Masked(*row) for row in rows)


def _masked(connection: duckdb.DuckDBPyConnection) -> list[Notice]:
    """What was masked in columns that are not declared personal."""
    by_export: dict[tuple[str, str, str], list[str]] = {}
    for cells in masked_cells(connection):
        told = f"{cells.column} ({cells.cells:,})"
        by_export.setdefault((cells.what, cells.source, cells.export), []).append(told)
    return [
        Notice(
            "masked",
            source,
            export,
            f"{source} {export}: {what} in cells of {', '.join(columns)} {_NOT_KEPT[what]}",
            stands_out=what != QUERY,
        )
        for (what, source, export), columns in by_export.items()
    ]


def unread_titles(export: Export, titles: Sequence[str]) -> tuple[str, ...]:
    """The headers of a file that no column of its export is called by, in the file's order."""
    aliases = [alias for column in export.columns for alias in column.headers]
    patterns = [re.compile(pattern, re.IGNORECASE) for alias in aliases if (pattern := alias_regex(alias))]
    known = {normal(text) for alias in aliases for text in (alias, split_path(alias)[0])}
    return tuple(
        dict.fromkeys(
            " ".join(title.split())
            for title in titles
            if title.strip()
            and normal(title) not in known
            and not any(pattern.fullmatch(title.strip()) for pattern in patterns)
        )
    )


def files_not_taken(exports_dir: Path, exports: Sequence[Export], source: str) -> str:
    """The sentence about files in a source's folder that none of its exports takes; empty without any."""
    mine = [export for export in exports if export.source == source]
    return " ".join(f"{notice.text}." for notice in _files(exports_dir, mine))


def _folders(exports_dir: Path, declared: Sequence[Export]) -> list[Notice]:
    sources = {glob.split("/")[0] for export in declared for glob in export.files if "/" in glob}
    found = []
    for name in in_order({path.name for path in exports_dir.iterdir() if path.is_dir()} - sources):
        if name.startswith((".", "_")) or not any(path.is_file() for path in (exports_dir / name).rglob("*")):
            continue
        meant = _nearest_name(name, sources)
        hint = (
            f"; {meant} was meant? Rename it" if meant else "; see docs/generic.md for tools without a source"
        )
        found.append(Notice("folder", None, None, f"{name}/ is no source and is not read{hint}"))
    loose = {path.name for path in exports_dir.iterdir() if path.is_file() and not path.name.startswith(".")}
    data = {name for name in loose if name.lower().removesuffix(".gz").endswith(DATA_ENDINGS)}
    globs = [glob for export in declared for glob in export.files]
    for name in in_order(data):
        folders = {glob.split("/")[0] for glob in globs if PurePosixPath(name).match(glob.split("/")[-1])}
        where = f"{OWN_LOOKUPS}/" if OWN_LOOKUPS in folders else "one"
        text = f"{name} is in no source's folder and is not read; put it into {where}"
        found.append(Notice("file", None, None, text))
    return found


def _nearest_name(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that is the same but for case and signs, or else hardly another."""
    plain = {re.sub(r"[^a-z0-9]", "", other.casefold()): other for other in sorted(names)}
    own = re.sub(r"[^a-z0-9]", "", name.casefold())
    close = difflib.get_close_matches(own, plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else None


def _stem(path: str) -> str:
    """A file's or a glob's name without folder, ending and patterns."""
    return re.sub(r"\[[^]]*\]|\*.*", "", PurePosixPath(path).name.split(".")[0])


def _files(exports_dir: Path, exports: Sequence[Export]) -> list[Notice]:
    found = []
    declared = others(exports_dir, exports)
    for name in find_unread(exports_dir, exports):
        source = name.split("/")[0]
        if name in declared:
            text = f"{name} is not read: it tells in another way what other files of {source} tell"
            found.append(Notice("file", source, None, text, stands_out=False))
            continue
        globs = [glob for export in exports for glob in export.files if glob.split("/")[0] == source]
        stems = {_stem(glob): glob for glob in globs}
        meant = stems.get(_nearest_name(_stem(name), stems) or "")
        shown = ", ".join(globs[:MOST_NAMED]) + (" …" if len(globs) > MOST_NAMED else "")
        hint = f"expected are {shown}"
        if meant and len(globs) > 1:
            hint = f"the nearest of the {len(globs)} names that are expected is {meant}"
        if PurePosixPath(name).suffix.lower() in ARCHIVES:
            hint = f"it is an archive; unpack it, {hint}"
        found.append(Notice("file", source, None, f"{name} is not read: {hint}"))
    return found


def _columns(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """What columns of an export's files are not read: those with a name near to ours, and how many others."""
    rows = connection.execute(
        "select file, unread, lacking from raw._files where status = 'loaded' and unread is not null"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    near = NEAR_OWN if export.source in OWN_LAYOUTS else NEAR
    unread: dict[str, Column | None] = {}
    files: list[str] = []
    for file, titles, lacking in rows:
        missing = [column for column in export.columns if column.name in (lacking or "").split()]
        new = [title for title in json.loads(titles) if title not in unread]
        unread.update({title: nearest_column(title, missing, near) for title in new})
        files += [file] if new else []
    named = {title: column for title, column in unread.items() if column or export.source in OWN_LAYOUTS}
    if not unread:
        return []
    shown = [
        f"{title} (is it {column.headers[0]}?)" if column else title
        for title, column in list(named.items())[:MOST_NAMED]
    ]
    more = len(unread) - len(shown)
    if more:
        shown.append(f"{more:,} {'others' if shown else 'columns'}")
    where = files[0] if len(files) == 1 else f"{len(files):,} files"
    text = f"{export.source} {export.name}: not read of {where}: {', '.join(shown)}"
    return [Notice("columns", export.source, export.name, text, stands_out=bool(named))]


def _without(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Which files lack columns without which figures mean something else."""
    if not export.warns_without:
        return []
    rows = connection.execute(
        "select file, lacking from raw._files where status = 'loaded' and accepted > 0"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    found = []
    for rule in export.warns_without:
        files = [file for file, lacking in rows if {*rule.columns} <= {*(lacking or "").split()}]
        if files:
            names = ", ".join(export.column(name).headers[0] for name in rule.columns)
            where = files[0] if len(files) == 1 else f"{len(files):,} files of {export.source}"
            text = f"{where}: no column {names}: {rule.says}"
            found.append(Notice("columns", export.source, export.name, text))
    return found


def _accounts(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def _dates(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def _order(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def _lost(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def _gone(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Rows that a newer file lacks, though it tells most of their time again: deleted, perhaps."""
    if not export.key or not export.event_time:
        return []
    at, standing, replaced = name_quoted(export.event_time[0]), raw_table(export), superseded_table(export)
    of = f"source = {quoted(export.source)} and export = {quoted(export.name)}"
    rows = connection.execute(
        "with pairs as (select file as _file, unnest(superseded_by) as newer from raw._files"
        f" where status = 'loaded' and superseded > 0 and {of}),"
        f" told as (select _file, {at} as moment, true as stands from {standing}"
        f" union all select _file, {at}, false from {replaced}),"
        " spans as (select _file, min(moment) as first_at, max(moment) as last_at from told"
        " where _file in (select newer from pairs) group by _file)"
        " select p.newer, p._file, count(*) filter (t.stands) as gone from pairs as p"
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


def _both(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def _nothing(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """An export all of whose rows are left out: their words may be another language's."""
    row = connection.execute(
        "select min(file), count(*), sum(rows_read) from raw._files where status = 'loaded' and rows_read > 0"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)}"
        " having sum(left_out) = sum(rows_read)"
    ).fetchone()
    if row is None:
        return []
    file, file_count, row_count = row
    where = file if file_count == 1 else f"{file_count:,} files of {export.source}"
    text = (
        f"{where}: every row ({row_count:,}) is left out, so no figure holds any; it may be of another kind"
        " or in another language than is read"
    )
    return [Notice("file", export.source, export.name, text)]


def _doubtful(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Numbers whose sign may part a fraction or thousands: how they were read, and what says so."""
    rows = connection.execute(
        "select file, doubtful from raw._files where status = 'loaded' and doubtful is not null"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    return [
        Notice(
            "number",
            export.source,
            export.name,
            f"{file}, line {line:,}, column {title!r}: {text!r} is read as a fraction, not as {thousands}:"
            " no number of the file tells which its sign parts; if thousands, write them without one",
        )
        for file, told in rows
        for title, (line, text, thousands) in json.loads(told).items()
    ]


def _spaced(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files whose days are taken for the first ones of weeks or months, by how far they are apart."""
    rows = connection.execute(
        "select file, spaced from raw._files where status = 'loaded' and spaced is not null"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    return [
        Notice(
            "range",
            export.source,
            export.name,
            f"{file}: its days are a {unit} apart, so each row is read as a whole {unit}'s; export it by day"
            " for figures by day",
        )
        for file, unit in rows
    ]


def _range(spread: Spread) -> Notice:
    parts = []
    if spread.row_count:
        rows = f"{spread.row_count:,} row{'' if spread.row_count == 1 else 's'}"
        verb = "stands" if spread.row_count == 1 else "stand"
        parts.append(
            f"{rows} {verb} for several days ({spread.first_day} to {spread.last_day}), spread evenly"
        )
    if spread.overlapping:
        parts.append(
            f"of {spread.overlapping:,} of them other rows tell the same days, which count once as the"
            " narrowest tells them"
        )
    if spread.backwards:
        parts.append(f"{spread.backwards:,} end before they begin and count on their first day")
    return Notice(
        "range", spread.source, spread.export, f"{spread.source} {spread.export}: {'; '.join(parts)}"
    )
