"""Rows as figures: added up by period and slice, divided, with the interval of a proportion."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from second_opinion.periods import WIDE_GRAINS, WIDE_SLICES, Calendar, Period

# 97.5 % of a normal distribution lie below.
Z = statistics.NormalDist().inv_cdf(0.975)


class Counted(NamedTuple):
    """What one thing adds to a KPI on a day; None: not measured, so it is in neither."""

    day: dt.date | None
    numerator: float | None
    denominator: float | None
    slices: Mapping[str, Any]


class Key(NamedTuple):
    """Where a figure stands."""

    grain: str
    start: dt.date
    dimension: str
    value: str


@dataclass(frozen=True)
class Figure:
    """A KPI's figure, as the shape has it."""

    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    is_complete: bool


@dataclass(frozen=True)
class Shape:
    """How numerators and denominators become a value: rate, ratio (averages too), total or median."""

    kind: str
    settles_after_days: int = 0
    scale: float = 1

    def of(self, numerator: float, denominator: float, period: Period, calendar: Calendar) -> Figure:
        """The figure of one numerator and denominator in a period."""
        sums = Sums()
        sums.add(numerator, denominator)
        return self.figure(sums, calendar.is_complete(period, self.settles_after_days))

    def figure(self, sums: Sums, is_complete: bool) -> Figure:
        """The figure of the rows of one period and slice."""
        numerator, denominator = sums.numerator, sums.denominator
        if self.kind == "total":
            return Figure(numerator, None, numerator, None, None, is_complete)
        if self.kind == "median":
            value = statistics.median(sums.observations)
            return Figure(numerator, denominator, value, None, None, is_complete)
        value = self.scale * numerator / denominator if denominator else None
        low, high = wilson(numerator, denominator) if self.kind == "rate" and denominator else (None, None)
        return Figure(numerator, denominator, value, low, high, is_complete)


class Sums:
    """What the rows of one period and slice add up to; medians need the observations themselves."""

    __slots__ = ("denominator", "numerator", "observations")

    def __init__(self) -> None:
        """Nothing yet."""
        self.numerator = 0.0
        self.denominator = 0.0
        self.observations: list[float] = []

    def add(self, numerator: float, denominator: float) -> None:
        """One more row."""
        self.numerator += numerator
        self.denominator += denominator

    def include(self, other: Sums) -> None:
        """All rows of other sums."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.observations += other.observations


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The score interval of a proportion: the p for which |p̂ - p| = z · sqrt(p(1 - p) / n)."""
    share = successes / trials
    middle = share + Z**2 / (2 * trials)
    spread = Z * math.sqrt(max(share * (1 - share) / trials + (Z / (2 * trials)) ** 2, 0))
    return (middle - spread) / (1 + Z**2 / trials), (middle + spread) / (1 + Z**2 / trials)


def by_day(
    shape: Shape, rows: Iterable[Counted], slices: Sequence[str], calendar: Calendar
) -> dict[Key, Figure]:
    """The figures of rows that lie on days."""
    of_days: dict[tuple[dt.date, str, str], Sums] = defaultdict(Sums)
    for row in rows:
        if row.day is not None:
            _place(shape, row, slices, of_days, row.day)
    sums: dict[Key, Sums] = defaultdict(Sums)
    for (day, dimension, value), of_day in of_days.items():
        for grain, start in calendar.periods_of(day):
            if exists(dimension, grain):
                sums[Key(grain, start, dimension, value)].include(of_day)
    return _figures(shape, sums, calendar)


def by_period(
    shape: Shape, rows: Iterable[tuple[Period, Counted]], slices: Sequence[str], calendar: Calendar
) -> dict[Key, Figure]:
    """The figures of rows that belong to periods by themselves (stocks)."""
    sums: dict[tuple, Sums] = defaultdict(Sums)
    for period, row in rows:
        _place(shape, row, slices, sums, *period)
    keyed = {Key(*place): of for place, of in sums.items() if exists(place[2], place[0])}
    return _figures(shape, keyed, calendar)


def sums_by_day(
    rows: Iterable[tuple[dt.date, Sequence[float], Mapping[str, Any]]],
    slices: Sequence[str],
    calendar: Calendar,
) -> dict[Key, list[float]]:
    """Several numbers of each row, added up by period and slice: for figures that are no sums themselves."""
    sums: dict[Key, list[float]] = {}
    for day, numbers, values in rows:
        for dimension, value in _slices(values, slices):
            for grain, start in calendar.periods_of(day):
                if exists(dimension, grain):
                    known = sums.setdefault(Key(grain, start, dimension, value), [0.0] * len(numbers))
                    for place, number in enumerate(numbers):
                        known[place] += number
    return sums


def quotient(numerator: float, denominator: float) -> float | None:
    """None over nothing."""
    return numerator / denominator if denominator else None


def _place(shape: Shape, row: Counted, slices: Sequence[str], sums: dict[tuple, Sums], *place: Any) -> None:
    """Add a row to `all` and to its slices at a place; a row that is not measured is in none."""
    denominator = 0.0 if shape.kind == "total" else row.denominator
    if row.numerator is None or denominator is None:
        return
    for dimension, value in _slices(row.slices, slices):
        of = sums[*place, dimension, value]
        of.add(float(row.numerator), float(denominator))
        if shape.kind == "median":
            of.observations.append(float(row.numerator))


def _figures(shape: Shape, sums: Mapping[Key, Sums], calendar: Calendar) -> dict[Key, Figure]:
    return {
        key: shape.figure(of, calendar.is_complete((key.grain, key.start), shape.settles_after_days))
        for key, of in sums.items()
    }


def exists(dimension: str, grain: str) -> bool:
    """Whether a slice exists at a grain: slices with many values from the week upward only."""
    return dimension not in WIDE_SLICES or grain in WIDE_GRAINS


def slice_value(value: Any) -> str:
    """A slice's value as text; `(none)` where there is none."""
    return str(value).strip() or "(none)" if value is not None else "(none)"


def _slices(values: Mapping[str, Any], slices: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "all", "all"
    for name in slices:
        yield name, slice_value(values.get(name))
