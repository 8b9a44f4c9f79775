"""Export files as rows: plain or gzipped CSV and JSON lines, the newest row of a key first in line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def rows_of(folder: Path, *patterns: str, delimiter: str = ",") -> Iterator[Row]:
    """The rows of all files that match, in natural order of names; text stripped, empty text None."""
    for path in _matching(folder, patterns):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = io.StringIO(text.decode("utf-8-sig"), newline="")
        if ".jsonl" in path.name:
            yield from (_stripped(json.loads(line)) for line in lines if line.strip())
        else:
            yield from (_stripped(row) for row in csv.DictReader(lines, delimiter=delimiter))


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


def _matching(folder: Path, patterns: Sequence[str]) -> list[Path]:
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
