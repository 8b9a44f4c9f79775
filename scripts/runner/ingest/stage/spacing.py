"""Weeks and months that a file tells by their first days alone: how far its days are apart says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import DayRange, Export
from runner.ingest.merge.file_order import days_in_name
from runner.ingest.read.names import normal
from runner.ingest.stage.calendar_units import month_end
from runner.ingest.stage.ranges import told_bounds
from runner.ingest.stage.staging import STAGED, Staged

OWN_LAYOUT = "generic"  # where a cost may be dated by the first of its month
POSSIBLY = "perhaps "  # before the unit of a file whose days are read as days all the same
_FEWEST = 3  # periods by which a file's days are known to be those of weeks or months
_WEEKS_BEGIN = (5, 6, 0)  # on Saturdays, Sundays or Mondays
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spacing:
    """The periods of a file: what they are called, and the last day of each by its first."""

    unit: str  # week, month
    last_days: dict[date, date]

    def last_day(self, day: str) -> str:
        """SQL: the last day of the period that begins on `day`."""
        cases = " ".join(f"when date '{first}' then date '{last}'" for first, last in self.last_days.items())
        return f"case {day} {cases} else {day} end"


def find_spacing(
    connection: duckdb.DuckDBPyConnection, staged: Staged, export: Export, name: str, today: date
) -> Spacing | None:
    """The weeks or months of the staged file, where only the spacing of its days tells them; else None.

    Looked at is a file whose column of days is one of those that `spaced` names, and that has no other for
    the last day. Two are enough where the file tells that its days end with the last of them. A period that
    is not over by `today` ends there: it was exported before its end.
    """
    days = export.range
    if days is None or not _is_undecided(staged, days):
        return None
    told = _told_days(connection, export, days.first)
    bounds = _told_range(staged, export, name)
    if len(told) == 2 and bounds and told[0] == bounds[0] and told[1] < bounds[1]:
        spacing = spacing_of(told, bounds[1], fewest=2)
        return spacing if spacing and bounds[1] <= _ENDS[spacing.unit](told[1]) else None
    return spacing_of(told, today)


def possible_spacing(
    connection: duckdb.DuckDBPyConnection, staged: Staged, export: Export, name: str
) -> str | None:
    """Of what (week, month) the days of a file that are read as days may be the first ones, if of any."""
    first = _day_column(staged, export)
    if first is None:
        return None
    told = _told_days(connection, export, first)
    bounds = _told_range(staged, export, name)
    if len(told) != 1:
        spacing = spacing_of(told, date.max, fewest=2)
        return spacing.unit if spacing else None
    if bounds is None or bounds[0] != told[0]:
        return None
    if told[0].day == 1 and bounds[1] == month_end(told[0]):
        return "month"
    return "week" if bounds[1] == _week_end(told[0]) else None


def _day_column(staged: Staged, export: Export) -> str | None:
    """The column of days of an export of sums whose header does not say that they are days."""
    if export.range:
        return export.range.first if _is_undecided(staged, export.range) else None
    days = [name for name in export.event_time if export.column(name).data_type == "date"]
    is_of_sums = export.source != OWN_LAYOUT and days and days[0] in export.key
    return days[0] if is_of_sums and days[0] in staged.relation.texts else None


def _is_undecided(staged: Staged, days: DayRange) -> bool:
    """Whether a file's one column of days is of a name that does not say that they are days."""
    if days.last is None or not days.spaced:
        return False
    titles = [normal(staged.relation.titles.get(name, "")) for name in (days.first, days.last)]
    return titles[0] == titles[1] and titles[0] in map(normal, days.spaced)


def _told_days(connection: duckdb.DuckDBPyConnection, export: Export, name: str) -> list[date]:
    place = next(place for place, column in enumerate(export.columns) if column.name == name)
    told = connection.execute(
        f"select distinct c{place} from {STAGED} where code = 0 and c{place} is not null order by 1"
    ).fetchall()
    return [day for (day,) in told]


def _told_range(staged: Staged, export: Export, name: str) -> tuple[date, date] | None:
    """The first and the last day that the lines before the header tell, else the file's name."""
    relation = staged.relation
    if export.range:
        lines = [line for number, line in relation.outside if number < relation.header_lines]
        try:
            if bounds := told_bounds(export.range, lines, name):
                return bounds
        except CheckFailed:
            return None
    days = days_in_name(name)
    return (days[0], days[-1]) if len(days) > 1 else None


def spacing_of(days: Sequence[date], today: date, fewest: int = _FEWEST) -> Spacing | None:
    """The weeks or months that begin on `days` (in order), None where any may be a day by itself.

    fewest: of how many there have to be. The first may begin with the report, within its week or month;
    others may be missing, as long as most follow one another.
    """
    if not days:
        return None
    months = [day for day in days if day.day == 1]
    weeks = [day for day in days if day.weekday() == days[-1].weekday() in _WEEKS_BEGIN]
    for unit, whole in (("month", months), ("week", weeks)):
        end = _ENDS[unit]
        follow = sum(end(day) + _DAY == after for day, after in pairwise(whole))
        partial = [day for day in days if day not in whole]
        if (
            len(whole) >= fewest
            and follow * 2 >= len(whole)
            and (not partial or (partial == [days[0]] and whole[0] <= end(days[0]) + _DAY))
        ):
            last_days = {day: end(day) for day in whole}
            last_days.update(dict.fromkeys(partial, whole[0] - _DAY))
            return Spacing(unit, {day: max(day, min(last, today)) for day, last in last_days.items()})
    return None


def _week_end(day: date) -> date:
    return day + 6 * _DAY


_ENDS = {"month": month_end, "week": _week_end}
