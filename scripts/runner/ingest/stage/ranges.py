"""The days that a row stands for, where they are several: where a file tells them, and what is spread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import Column, DayRange, Export
from runner.ingest.stage import calendar_units
from runner.ingest.warehouse import raw_table
from runner.sql import name_quoted

if TYPE_CHECKING:
    from runner.ingest.read.header import Origin


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


@dataclass(frozen=True)
class FileDays:
    """What tells a file's days where it has no column of them.

    constants: by column, the day of all rows as text. by_unit: by column, the field of the row's week or
    month and a function from the SQL of its text to that of the day.
    """

    constants: Mapping[str, str]
    by_unit: Mapping[str, tuple[Origin, Callable[[str], str]]]


def days_without_a_column(
    export: Export,
    days: DayRange,
    find: Callable[[Column], Sequence[Origin]],
    preamble: Sequence[str],
    name: str,
) -> FileDays:
    """The days of a file's rows by their weeks or months, else by the range the file tells.

    find: the fields that a column's headers mean. preamble: the lines before the header, which tell the
    range; where they tell none the file's name does. Raises CheckFailed where what should be a day cannot be
    read.
    """
    if days.last is None:
        return FileDays({}, {})
    bounds = told_bounds(days, preamble, name)
    ends = {days.first: False, days.last: True}
    first = export.column(days.first)
    for unit, headers in days.units:
        found = find(replace(first, headers=headers))
        if found and (span := calendar_units.span(unit, first.time_formats, bounds)):
            return FileDays(
                {}, {column: (found[0], partial(span, is_last=is_last)) for column, is_last in ends.items()}
            )
    if bounds is None:
        return FileDays({}, {})
    return FileDays({column: _as_written(export, column, bounds[end]) for column, end in ends.items()}, {})


def told_bounds(days: DayRange, preamble: Sequence[str], name: str) -> tuple[date, date] | None:
    """The first and the last day that the lines before a file's header tell, else its name; None of neither.

    Raises CheckFailed where what should be a day cannot be read.
    """
    lines = [line.strip(' \t"\ufeff,;') for line in preamble]
    bounds = _bounds(days, days.preamble, "\n".join(lines), f"{name}: the lines before the header name")
    return bounds or _bounds(days, days.file_name, PurePosixPath(name).name, f"{name}: the file's name has")


def _bounds(days: DayRange, patterns: Sequence[str], text: str, told_by: str) -> tuple[date, date] | None:
    """The first and the last day that a text tells, None where it tells none; with one end a single day."""
    told: dict[str, list[str]] = {"first": [], "last": []}
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE):
            for end, found in match.groupdict().items():
                told[end] += [found.strip()] if found else []
    if not told["first"]:
        return None
    first = _day(told["first"], days, told_by)
    return first, _day(told["last"], days, told_by) if told["last"] else first


def _day(texts: Sequence[str], days: DayRange, told_by: str) -> date:
    """The first of the texts that is a day: a title may look like a range."""
    for text in texts:
        for form in days.dates:
            try:
                return datetime.strptime(calendar_units.in_english(text), form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    raise CheckFailed(
        f"{told_by} {texts[0]!r} as a day, which is none of the form"
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
    # As the macro days_of_ranges has it: what some rows do not name tells none of them apart.
    named = f"select *, {_names_that_all_have(days.of)} as _named from {table}"
    told = f"select *, {_names_that_all_have(days.of, 'partition by _named')} as _thing from ({named})"
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
        f"with told as ({told}) select count(*) from told as wide where wide.{last} > wide.{first}"
        " and exists (select 1 from told as narrow"
        f" where narrow.{first} <= wide.{last} and narrow.{last} >= wide.{first}"
        f" and (narrow.{last} - narrow.{first}, narrow.{first}) < (wide.{last} - wide.{first}, wide.{first})"
        " and narrow._thing = wide._thing)"
    ).fetchone()
    assert overlapping is not None
    return Spread(
        export.source, export.name, row_count, file_count, first_day, last_day, overlapping[0], backwards
    )


def _names_that_all_have(columns: Sequence[str], window: str = "") -> str:
    """SQL: the values of those of the columns that all rows of a window have, as one text."""
    names = (
        f"coalesce(case when count(*) over ({window}) = count({name}) over ({window}) then {name} end, '')"
        for name in map(name_quoted, columns)
    )
    return " || ' / ' || ".join(names) or "''"
