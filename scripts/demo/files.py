"""Writes the files of the exports: CSV rows by columns, plain or gzipped, always the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

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

    def __init__(
        self, text: TextIO, header: Sequence[str], delimiter: str = ",", *, quotes_all: bool = False
    ) -> None:
        self._writer = csv.writer(
            text,
            delimiter=delimiter,
            lineterminator="\n",
            quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL,
        )
        self._writer.writerow(header)

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Writes rows given one after the other."""
        self._writer.writerows(rows)

    def columns(self, *columns: Sequence[Any] | Any) -> None:
        """Writes rows given as columns of equal length."""
        lists = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
        self._writer.writerows(zip(*lists, strict=True))


@contextmanager
def csv_file(
    path: Path,
    header: Sequence[str],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    quotes_all: bool = False,
) -> Iterator[CsvWriter]:
    """Opens a CSV file with this header."""
    with text_file(path, encoding=encoding) as text:
        yield CsvWriter(text, header, delimiter, quotes_all=quotes_all)


def times(at: Ints, pattern: Literal["s", "D"] = "s") -> list[str]:
    """Moments as `2026-03-04T09:12:33` (pattern `s`) or days as `2026-03-04` (`D`); 0 is empty."""
    written = np.datetime_as_string(at.astype("datetime64[s]").astype(f"datetime64[{pattern}]"))
    texts: list[str] = np.where(at > 0, written, "").tolist()
    return texts


class Texts:
    """The texts of an array, a block at a time, for rows asked for in order: never all of them in memory."""

    def __init__(self, values: Ints, write: Callable[[Ints], list[str]]) -> None:
        self._values, self._write = values, write
        self._first, self._texts = 0, write(values[:0])

    def __getitem__(self, row: int) -> str:
        if not self._first <= row < self._first + len(self._texts):
            self._first = row // _BLOCK * _BLOCK
            self._texts = self._write(self._values[self._first : self._first + _BLOCK])
        return self._texts[row - self._first]


_BLOCK = 8192


def moment(at: int) -> str:
    """One moment, as `times` writes it."""
    return times(np.asarray([at]))[0]


def day(at: int) -> str:
    """The day of one moment, as `2026-03-04`."""
    return times(np.asarray([at]), "D")[0]


def money(cents: Ints) -> list[str]:
    """Cents as `12.34`."""
    return [
        f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" for value in cents.tolist()
    ]


def flags(values: Flags) -> list[str]:
    """true and false."""
    texts: list[str] = np.where(values, "true", "false").tolist()
    return texts


def local_time(at: int, pattern: str) -> str:
    """One moment by a strftime pattern, UTC."""
    return datetime.fromtimestamp(at, tz=UTC).strftime(pattern)


def local_times(at: Ints, pattern: str) -> list[str]:
    """Moments by a strftime pattern, UTC; 0 is empty."""
    return [local_time(value, pattern) if value > 0 else "" for value in at.tolist()]


def money_text(cents: int) -> str:
    """Cents as `1,234.56`."""
    return f"{cents / 100:,.2f}"


def percent(part: int, whole: int) -> str:
    """A share as `27.78%`; of nothing, `n/a`."""
    return f"{part / whole * 100:.2f}%" if whole else "n/a"


def fraction(part: int, whole: int) -> str:
    """A share as `0.27778`; of nothing, empty."""
    return f"{part / whole:.5f}" if whole else ""
