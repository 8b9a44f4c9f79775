"""The registry: one small function per KPI, registered under the KPI's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from second_opinion.house import House
from second_opinion.measuring import as_measured, measured_since, numerator_since, with_zeros
from second_opinion.periods import Period
from second_opinion.shapes import Counted, Figure, Key, Shape, by_day, by_period

FAMILIES = ("engagement", "customers", "conversion", "value")
Figures = dict[Key, Figure]
Opinion = Callable[[House], Figures]
_OPINIONS: dict[str, Opinion] = {}


def opinions() -> dict[str, Opinion]:
    """Every KPI's second opinion, by name."""
    for family in FAMILIES:
        import_module(f"second_opinion.kpis.{family}")
    return dict(_OPINIONS)


def on_days(
    kind: str, *slices: str, settles_after_days: int = 0, scale: float = 1
) -> Callable[[Callable[[House], Iterable[Counted]]], Callable[[House], Iterable[Counted]]]:
    """Register a function that gives what each thing counts on its day.

    kind: rate, ratio (averages too), total or median.
    """
    shape = Shape(kind, settles_after_days, scale)

    def register(count: Callable[[House], Iterable[Counted]]) -> Callable[[House], Iterable[Counted]]:
        def opinion(house: House) -> Figures:
            figures = by_day(shape, count(house), slices, house.calendar)
            if kind != "total":
                return figures
            since = measured_since(count.__name__, house.first_day)
            return with_zeros(figures, since, settles_after_days, house.calendar)

        _register(count.__name__, opinion)
        return count

    return register


def in_periods(
    kind: str, *slices: str, settles_after_days: int = 0, scale: float = 1
) -> Callable[..., Callable[[House], Iterable[tuple[Period, Counted]]]]:
    """Register a function that gives rows which belong to periods by themselves (stocks)."""
    shape = Shape(kind, settles_after_days, scale)

    def register(count: Callable[[House], Iterable[tuple[Period, Counted]]]) -> Any:
        _register(count.__name__, lambda house: by_period(shape, count(house), slices, house.calendar))
        return count

    return register


def in_figures(figures: Opinion) -> Opinion:
    """Register a function that gives the figures themselves (what does not add up)."""
    _register(figures.__name__, figures)
    return figures


def _register(name: str, opinion: Opinion) -> None:
    assert name not in _OPINIONS, f"{name} has two opinions"
    _OPINIONS[name] = lambda house: as_measured(
        opinion(house), measured_since(name, house.first_day), numerator_since(name, house.first_day)
    )
