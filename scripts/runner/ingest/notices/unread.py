"""What of an exports folder nothing reads: folders, files, columns."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

import duckdb

from runner.ingest.declare.declarations import OWN_LOOKUPS, Column, Export, alias_regex
from runner.ingest.merge.file_order import in_order
from runner.ingest.merge.files import find_unread, others
from runner.ingest.read.header import split_path
from runner.ingest.read.names import NEAR, NEAR_OWN, nearest_column, normal
from runner.results import Notice
from runner.sql import quoted

# Here every column has a meaning of ours, so each that is not read is named.
OWN_LAYOUTS = ("generic", OWN_LOOKUPS)
DATA_ENDINGS = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".parquet", ".pq", ".xlsx", ".xls", ".ods")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz")
MOST_NAMED = 8


def unread_folders(exports_dir: Path, declared: Sequence[Export]) -> list[Notice]:
    """Folders that are no source, and files of data in none."""
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


def unread_files(exports_dir: Path, exports: Sequence[Export]) -> list[Notice]:
    """Files in a source's folder that no export takes, with the names that are expected."""
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


def _nearest_name(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that is the same but for case and signs, or else hardly another."""
    plain = {re.sub(r"[^a-z0-9]", "", other.casefold()): other for other in sorted(names)}
    own = re.sub(r"[^a-z0-9]", "", name.casefold())
    close = difflib.get_close_matches(own, plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else None


def _stem(path: str) -> str:
    """A file's or a glob's name without folder, ending and patterns."""
    return re.sub(r"\[[^]]*\]|\*.*", "", PurePosixPath(path).name.split(".")[0])


def files_not_taken(exports_dir: Path, exports: Sequence[Export], source: str) -> str:
    """The sentence about files in a source's folder that none of its exports takes; empty without any."""
    mine = [export for export in exports if export.source == source]
    return " ".join(f"{notice.text}." for notice in unread_files(exports_dir, mine))


def unread_columns(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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


def missing_columns(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
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
