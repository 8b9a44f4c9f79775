"""The days that a row stands for, where they are several: where a file tells them, and what is spread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declarations import DayRange, Export
from runner.ingest.warehouse import raw_table
from runner.sql import name_quoted


@dataclass(frozen=True)
class Spread:
    """Rows of an export that stand for several days, over which what they count is spread evenly."""

    source: str
    export: str
    row_count: int
    file_count: int
    first_day: date
    last_day: date
    overlapping: int  # rows of whose days a row for fewer days tells as well: those days count once
    backwards: int  # rows that end before they begin: they stand for their first day


def preamble_days(export: Export, days: DayRange, lines: Sequence[str], name: str) -> dict[str, str]:
    """The first and the last day that the lines before the header tell, as texts of their columns.

    Empty where they tell none; a range with one end is a single day. Raises CheckFailed where what should be
    a day cannot be read.
    """
    if days.last is None:
        return {}
    text = "\n".join(line.strip(' \t"\ufeff,;') for line in lines)
    told: dict[str, list[str]] = {"first": [], "last": []}
    for pattern in days.preamble:
        for match in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE):
            for end, found in match.groupdict().items():
                told[end] += [found.strip()] if found else []
    if not told["first"]:
        return {}
    first = _day(told["first"], days, name)
    last = _day(told["last"], days, name) if told["last"] else first
    return {
        column: _as_written(export, column, day) for column, day in ((days.first, first), (days.last, last))
    }


def _day(texts: Sequence[str], days: DayRange, name: str) -> date:
    """The first of the texts that is a day: a title may look like a range."""
    for text in texts:
        for form in days.dates:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    raise CheckFailed(
        f"{name}: the lines before the header name {texts[0]!r} as a day, which is none of the form"
        f" {' or '.join(days.dates)}; {days.how}, or add the form to `dates` of the range it declares."
    )


def _as_written(export: Export, column: str, day: date) -> str:
    """A day as the column's own cells would write it."""
    formats = export.column(column).time_formats
    return day.strftime(formats[0]) if formats else day.isoformat()


def read_spreads(connection: duckdb.DuckDBPyConnection, exports: Sequence[Export]) -> tuple[Spread, ...]:
    """What is spread over days, export by export; none of those whose rows are all single days."""
    spreads = (_spread(connection, export, export.range) for export in exports if export.range)
    return tuple(spread for spread in spreads if spread)


def _spread(connection: duckdb.DuckDBPyConnection, export: Export, days: DayRange) -> Spread | None:
    if days.last is None:
        return None
    table, first, last = raw_table(export), name_quoted(days.first), name_quoted(days.last)
    same = "".join(
        f" and coalesce(narrow.{name}, '') = coalesce(wide.{name}, '')" for name in map(name_quoted, days.of)
    )
    counts = connection.execute(
        f"select count(*) filter ({last} > {first}), count(distinct _file) filter ({last} > {first}),"
        f" min({first}) filter ({last} > {first}), max({last}) filter ({last} > {first}),"
        f" count(*) filter ({last} < {first}) from {table}"
    ).fetchone()
    assert counts is not None
    row_count, file_count, first_day, last_day, backwards = counts
    if not (row_count or backwards):
        return None
    overlapping = connection.execute(
        f"select count(*) from {table} as wide where wide.{last} > wide.{first} and exists ("
        f"select 1 from {table} as narrow"
        f" where narrow.{first} <= wide.{last} and narrow.{last} >= wide.{first}"
        f" and (narrow.{last} - narrow.{first}, narrow.{first}) < (wide.{last} - wide.{first}, wide.{first})"
        f"{same})"
    ).fetchone()
    assert overlapping is not None
    return Spread(
        export.source, export.name, row_count, file_count, first_day, last_day, overlapping[0], backwards
    )
