"""Export files as rows: plain or gzipped CSV and JSON lines, the newest row of a key first in line."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FILE = "(file)"  # the key of a row's file


def rows_of(folder: Path, *patterns: str, having: str | None = None) -> Iterator[Row]:
    """The rows of all files that match, in natural order of names; text stripped, empty text None.

    having: a column's name; what stands before the header line that has it is skipped.
    """
    for path in matching(folder, patterns):
        lines = file_text(path).splitlines(keepends=True)
        if ".jsonl" in path.name:
            yield from ({**_stripped(json.loads(line)), FILE: path} for line in lines if line.strip())
            continue
        while having and lines and having not in lines[0]:
            lines.pop(0)
        delimiter = max("\t;,", key=lines[0].count) if lines else ","
        told = csv.DictReader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
        yield from ({**_stripped(row), FILE: path} for row in told)


def newest(
    rows: Iterable[Row], key: Callable[[Row], Any], newness: Callable[[Row], Any] = lambda row: 0
) -> list[Row]:
    """One row per key: the one of greatest `newness`, of equals the last."""
    found: dict[Any, Row] = {}
    for row in rows:
        name = key(row)
        if name not in found or newness(row) >= newness(found[name]):
            found[name] = row
    return list(found.values())


def newest_parts(rows: Iterable[Row], key: Callable[[Row], Any]) -> list[Row]:
    """All rows that the last file which tells of a key has of it."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        parts = found.setdefault(key(row), [])
        if parts and parts[0][FILE] != row[FILE]:
            parts.clear()
        parts.append(row)
    return [row for parts in found.values() for row in parts]


def file_text(path: Path) -> str:
    """A file's text, unpacked and decoded."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return content.decode(
        "utf-16" if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    )


def matching(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files that match, or their gzipped twins, in natural order of names."""
    paths = {
        path for pattern in patterns for twin in (pattern, f"{pattern}.gz") for path in folder.glob(twin)
    }
    return sorted(
        paths, key=lambda path: [int(part) if part.isdigit() else part for part in _parts(path.name)]
    )


def _parts(name: str) -> list[str]:
    return re.split(r"(\d+)", name)


def _stripped(row: Row) -> Row:
    return {
        name: (value.strip() or None) if isinstance(value, str) else value
        for name, value in row.items()
        if name
    }
