"""Whether a change is better, worse, unchanged or within noise, by the tests of its record."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

from second_opinion.periods import DAY, last_day
from second_opinion.shapes import Figure, Z


class Judged(NamedTuple):
    """What the catalog says of a KPI."""

    unit: str
    better: str
    grows_with_age: bool


def period_before(grain: str, start: dt.date) -> dt.date:
    """The first day of the period before; a rolling window's is the one that ends where it begins."""
    if grain == "rolling_28_days":
        return start - 28 * DAY
    evening = start - DAY
    if grain == "day":
        return evening
    if grain == "week":
        return start - 7 * DAY
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    years, month = divmod(start.year * 12 + start.month - 1 - months, 12)
    return dt.date(years, month + 1, 1)


def verdict(kpi: Judged, grain: str, start: dt.date, now: Figure, before: Figure) -> str | None:
    """What the change since the period before is."""
    if kpi.grows_with_age or now.value is None or before.value is None:
        return None
    if abs(now.value - before.value) <= 1e-9 * max(abs(now.value), abs(before.value)):
        return "unchanged"
    earlier = period_before(grain, start)
    days = ((last_day((grain, start)) - start).days + 1, (start - earlier).days)
    z = _z(kpi.unit, now, before, days)
    rises = now.value > before.value
    if z is not None and (z if rises else -z) < Z:
        return "within noise"
    return "better" if rises is (kpi.better == "higher") else "worse"


def _z(unit: str, now: Figure, before: Figure, days: tuple[int, int]) -> float | None:
    if unit == "ratio" and now.low is not None and before.low is not None:
        return _of_lifts(now, before)
    if unit == "count":
        return _of_counts(now.value or 0, before.value or 0, *days)
    if unit == "points":
        return _of_scores(now, before)
    if unit != "ratio" and now.low is not None and before.low is not None:
        return _of_proportions(now, before)
    return None


def _of_lifts(now: Figure, before: Figure) -> float | None:
    """By the logarithms; where a bound is 0, no more is said than whether the intervals meet."""
    assert now.value is not None and before.value is not None
    bounds = (now.low, now.high, before.low, before.high)
    if any(bound is None for bound in bounds):
        return None
    low, high, low_before, high_before = (bound or 0.0 for bound in bounds)
    if low > 0 and low_before > 0:
        errors = [math.log(up / down) / (2 * Z) for down, up in ((low, high), (low_before, high_before))]
        error = math.hypot(*errors)
        return math.log(now.value / before.value) / error if error else None
    return 0.0 if low <= high_before and high >= low_before else None


def _of_counts(count: float, other: float, days: int, other_days: int) -> float | None:
    """Of all events, the days' share of them is due to the first period."""
    total, share = count + other, days / (days + other_days)
    spread = math.sqrt(max(total * share * (1 - share), 0))
    surplus = count - total * share
    return math.copysign(max(abs(surplus) - 0.5, 0), surplus) / spread if spread else None


def _of_scores(now: Figure, before: Figure) -> float | None:
    """As if nobody had answered in between."""
    means = [(figure.value or 0) / 100 for figure in (now, before)]
    variance = sum(
        (1 - mean**2) / figure.denominator
        for mean, figure in zip(means, (now, before), strict=True)
        if figure.denominator
    )
    return (means[0] - means[1]) / math.sqrt(variance) if variance > 0 else None


def _of_proportions(now: Figure, before: Figure) -> float:
    counts = (now.numerator, now.denominator, before.numerator, before.denominator)
    done, of, done_before, of_before = (count or 0.0 for count in counts)
    pooled = (done + done_before) / (of + of_before)
    spread = math.sqrt(max(pooled * (1 - pooled) * (1 / of + 1 / of_before), 0))
    return (done / of - done_before / of_before) / spread if spread else 0.0
