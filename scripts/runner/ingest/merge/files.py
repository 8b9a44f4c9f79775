"""Which files an export has, in which order they are newer, and what has to be done about each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from runner.errors import UsageError
from runner.ingest.declare.declarations import OWN_LOOKUPS, Export
from runner.ingest.merge.file_order import in_order
from runner.ingest.read.scan import Scan, scan_binary, scan_text
from runner.ingest.warehouse import KnownFile
from runner.masking import masked

_ENDINGS = {
    "csv": ("csv", "tsv", "txt", "tab"),
    "jsonl": ("jsonl", "ndjson", "json"),
    "parquet": ("parquet", "pq"),
    "xlsx": ("xlsx", "xls", "xlsm", "xlsb", "ods"),
}
_FORMATS = {ending: format_ for format_, endings in _ENDINGS.items() for ending in endings}
_ENDING = re.compile(r"(.*?)((?:\.(?:" + "|".join(_FORMATS) + r"))?(?:\.gz)?)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Plan:
    """What a load does for one export; names are relative to the exports folder, the oldest first."""

    gone: tuple[str, ...]  # their rows go
    added: tuple[str, ...]  # they are read; rows that they had before are replaced
    duplicates: Mapping[str, str]  # file -> the file of the same content that is read for it
    vanished: tuple[str, ...]
    order: tuple[str, ...]  # all files with rows


def find_files(exports_dir: Path, export: Export) -> dict[str, Path]:
    """The files of an export by name, the oldest first."""
    paths = _matching(exports_dir, export.files) - _matching(exports_dir, export.but_not)
    found: dict[str, Path] = {}
    for path in sorted(paths):
        name = first = name_of(path, exports_dir)
        number = 1
        while name in found:  # two files may have one name once it is masked
            number += 1
            stem, ending = _parted(first)
            name = f"{stem} ({number}){ending}"
        found[name] = path
    return {name: found[name] for name in in_order(found)}


def _matching(exports_dir: Path, globs: Sequence[str]) -> set[Path]:
    """The files of the globs, compressed or not."""
    twins = {twin for glob in globs for twin in (glob, f"{glob}.gz")}
    return {path for glob in twins for path in exports_dir.glob(glob) if path.is_file()}


def others(exports_dir: Path, exports: Sequence[Export]) -> set[str]:
    """The names of files that lie among those of the exports and are declared to be others."""
    return {
        name_of(path, exports_dir) for export in exports for path in _matching(exports_dir, export.but_not)
    }


def name_of(path: Path, exports_dir: Path) -> str:
    """The name of a file below the exports folder; a byte of it that is no UTF-8 is written as `\\xe9`.

    What looks personal in it is masked: names are stored and shown.
    """
    name = path.relative_to(exports_dir).as_posix()
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    stem, ending = _parted(name)
    return masked(stem) + ending


def _parted(name: str) -> tuple[str, str]:
    """A file's name without, and its ending with that of its compression."""
    found = _ENDING.fullmatch(name)
    assert found is not None
    return found[1], found[2]


def find_unread(exports_dir: Path, exports: Sequence[Export]) -> tuple[str, ...]:
    """Files in the exports' own folders that none of them names: a misspelt name would be lost silently."""
    folders = {glob.split("/")[0] for export in exports for glob in export.files if "/" in glob}
    read = {name for export in exports for name in find_files(exports_dir, export)}
    there = {
        name_of(path, exports_dir)
        for folder in folders
        for path in (exports_dir / folder).rglob("*")
        if path.is_file() and not path.name.startswith((".", "_")) and path.suffix.lower() != ".md"
    }
    return tuple(in_order(there - read))


def format_of(export: Export, name: str) -> str:
    """The format of a file: as declared, else by its ending. Raises UsageError."""
    if export.format:
        return export.format
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending not in _FORMATS:
        raise UsageError(
            f"{name}: its ending does not say what it is; rename it, or declare `format` at {export.where}."
        )
    return _FORMATS[ending]


def scan_file(path: Path, export: Export, name: str, counted: KnownFile | None = None) -> Scan:
    """Hash the file and, if it is text, count its lines, unless it is what it was when it was `counted`."""
    if format_of(export, name) not in ("csv", "jsonl"):
        return scan_binary(path, name)
    if counted:
        scan = scan_binary(path, name)
        if scan.sha256 == counted.sha256:
            return replace(scan, encoding=counted.encoding, lines=counted.lines)
    return scan_text(path, name)


def _told_by_name(export: Export, name: str) -> tuple[str, ...]:
    """What of a file's rows its name tells: those of two names are other rows, whatever the content."""
    told = [
        group
        for column in export.columns
        if column.file_group and (found := re.search(column.file_group, name, re.IGNORECASE))
        for group in found.groups("")
    ]
    patterns = export.range.file_name if export.range else ()
    days = [match[0] for pattern in patterns for match in re.finditer(pattern, PurePosixPath(name).name)]
    return (*told, *days)


def make_plan(
    export: Export,
    scans: Mapping[str, Scan],
    known: Mapping[str, KnownFile],
    counted: Mapping[str, KnownFile],
    *,
    full_refresh: bool,
    held: Collection[str] = (),
) -> Plan:
    """What to do so that the warehouse holds exactly what these files say.

    Of the files it knows those in `counted` need not be read again, as long as their content is the same.
    held: hashes of contents that were never accepted, which go with their files.
    """
    vanished = [name for name in known if name not in scans]
    goes_with_its_file = full_refresh or export.source == OWN_LOOKUPS
    withdrawn = {name for name in vanished if goes_with_its_file or known[name].sha256 in held}
    stay = {
        (known[name].sha256, _told_by_name(export, name)): name
        for name in vanished
        if known[name].status == "loaded" and name not in withdrawn
    }
    same: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name in in_order(scans):
        same.setdefault((scans[name].sha256, _told_by_name(export, name)), []).append(name)

    duplicates: dict[str, str] = {}
    for told, names in same.items():
        # With a key the newest name counts: another file between the two may hold older rows.
        read = names[-1] if export.key else stay.get(told, names[0])
        duplicates.update({name: read for name in names if name != read})

    def stands(name: str) -> bool:
        """Whether the warehouse has the file as it is."""
        return name in counted and counted[name].sha256 == scans[name].sha256

    added = [name for name in scans if name not in duplicates and not stands(name)]
    gone = [name for name in vanished if name in withdrawn or known[name].status == "duplicate"]
    gone += [name for name in duplicates if name in known and known[name].status == "loaded"]
    kept = [name for name in vanished if name not in gone]
    order = in_order({name for name in scans if name not in duplicates} | set(kept))
    return Plan(tuple(gone), tuple(added), duplicates, tuple(kept), tuple(order))
