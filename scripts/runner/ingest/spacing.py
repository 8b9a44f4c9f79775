"""Weeks and months that a file tells by their first days alone: how far its days are apart says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import duckdb

from runner.ingest.calendar_units import month_end
from runner.ingest.declarations import Export
from runner.ingest.names import normal
from runner.ingest.staging import STAGED, Staged

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
    connection: duckdb.DuckDBPyConnection, staged: Staged, export: Export, today: date
) -> Spacing | None:
    """The weeks or months of the staged file, where only the spacing of its days tells them; else None.

    Looked at is a file whose column of days is one of those that `spaced` names, and that has no other for
    the last day. A period that is not over by `today` ends there: it was exported before its end.
    """
    days = export.range
    if days is None or days.last is None or not days.spaced:
        return None
    titles = [normal(staged.relation.titles.get(name, "")) for name in (days.first, days.last)]
    if titles[0] != titles[1] or titles[0] not in map(normal, days.spaced):
        return None
    place = next(place for place, column in enumerate(export.columns) if column.name == days.first)
    told = connection.execute(
        f"select distinct c{place} from {STAGED} where code = 0 and c{place} is not null order by 1"
    ).fetchall()
    return spacing_of([day for (day,) in told], today)


def spacing_of(days: Sequence[date], today: date) -> Spacing | None:
    """The weeks or months that begin on `days` (in order), None where any may be a day by itself.

    The first may begin with the report, within its week or month; others may be missing, as long as most
    follow one another.
    """
    if not days:
        return None
    months = [day for day in days if day.day == 1]
    weeks = [day for day in days if day.weekday() == days[-1].weekday() in _WEEKS_BEGIN]
    for unit, whole, end in (("month", months, month_end), ("week", weeks, _week_end)):
        follow = sum(end(day) + _DAY == after for day, after in pairwise(whole))
        partial = [day for day in days if day not in whole]
        if (
            len(whole) >= _FEWEST
            and follow * 2 >= len(whole)
            and (not partial or (partial == [days[0]] and whole[0] <= end(days[0]) + _DAY))
        ):
            last_days = {day: end(day) for day in whole}
            last_days.update(dict.fromkeys(partial, whole[0] - _DAY))
            return Spacing(unit, {day: max(day, min(last, today)) for day, last in last_days.items()})
    return None


def _week_end(day: date) -> date:
    return day + 6 * _DAY
