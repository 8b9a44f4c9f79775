"""Which periods a day belongs to, and when they are complete."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache

DAY = dt.timedelta(days=1)
Period = tuple[str, dt.date]
# Grains at which slices with many values exist.
WIDE_GRAINS = frozenset({"week", "month", "quarter", "year"})
WIDE_SLICES = frozenset({"campaign", "landing_page", "content", "subject"})


@dataclass(frozen=True)
class Calendar:
    """The whole years from the first day the data speak of, up to the last."""

    first_day: dt.date
    as_of: dt.date

    def periods_of(self, day: dt.date) -> tuple[Period, ...]:
        """The periods that hold a day, none for a day outside; a rolling window ends by the last day."""
        return _periods(day, self.first_day, self.as_of)

    def is_complete(self, period: Period, settles_after_days: int) -> bool:
        """Whether the period ended before the last day by the settling time."""
        return last_day(period) + settles_after_days * DAY < self.as_of


@cache
def _periods(day: dt.date, first_day: dt.date, as_of: dt.date) -> tuple[Period, ...]:
    if not first_day.replace(month=1, day=1) <= day <= as_of:
        return ()
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    starts = (day - back * DAY for back in range(28))
    return (
        ("day", day),
        ("week", day - day.weekday() * DAY),
        ("month", day.replace(day=1)),
        ("quarter", quarter),
        ("year", day.replace(month=1, day=1)),
        *(("rolling_28_days", start) for start in starts if start + 27 * DAY <= as_of),
    )


@cache
def last_day(period: Period) -> dt.date:
    """A period's last day."""
    grain, start = period
    if grain in ("month", "quarter", "year"):
        months = {"month": 1, "quarter": 3, "year": 12}[grain]
        month = start.month + months - 1
        return start.replace(month=month, day=calendar.monthrange(start.year, month)[1])
    return start + ({"day": 1, "week": 7, "rolling_28_days": 28}[grain] - 1) * DAY
