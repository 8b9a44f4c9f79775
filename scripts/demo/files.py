"""Writes the files of the exports: CSV rows by columns, plain or gzipped, always the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from demo.company.draw import Flags, Ints


@contextmanager
def text_file(path: Path, *, encoding: str = "utf-8", newline: str = "") -> Iterator[TextIO]:
    """Opens a text file for writing; a name ending in `.gz` is gzipped without a time stamp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        with (
            path.open("wb") as raw,
            gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding=encoding, newline=newline) as text,
        ):
            yield text
    else:
        with path.open("w", encoding=encoding, newline=newline) as text:
            yield text


class CsvWriter:
    """A CSV file being written; lines end in a line feed."""

    def __init__(self, text: TextIO, header: Sequence[str], delimiter: str = ",") -> None:
        self._writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow(header)
        self.count = 0

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Writes rows given one after the other."""
        taken = list(rows)
        self._writer.writerows(taken)
        self.count += len(taken)

    def columns(self, *columns: Sequence[Any] | Any) -> None:
        """Writes rows given as columns of equal length."""
        lists = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
        self._writer.writerows(zip(*lists, strict=True))
        self.count += len(lists[0])


@contextmanager
def csv_file(
    path: Path, header: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8"
) -> Iterator[CsvWriter]:
    """Opens a CSV file with this header."""
    with text_file(path, encoding=encoding) as text:
        yield CsvWriter(text, header, delimiter)


def times(at: Ints, pattern: str = "s") -> list[str]:
    """Moments as `2026-03-04T09:12:33` (pattern `s`) or days as `2026-03-04` (`D`); 0 is empty."""
    moments = at.astype("datetime64[s]")
    written = np.datetime_as_string(
        moments.astype("datetime64[D]") if pattern == "D" else moments, unit=pattern
    )
    return np.where(at > 0, written, "").tolist()


def money(cents: Ints) -> list[str]:
    """Cents as `12.34`."""
    return [
        f"{value // 100}.{value % 100:02d}" if value >= 0 else f"-{-value // 100}.{-value % 100:02d}"
        for value in cents.tolist()
    ]


def flags(values: Flags) -> list[str]:
    """true and false."""
    return np.where(values, "true", "false").tolist()
