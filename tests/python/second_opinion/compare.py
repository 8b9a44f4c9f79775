"""The two opinions side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from second_opinion.shapes import Figure, Key

NUMBERS = ("numerator", "denominator", "value", "low", "high")
TOLERANCE = 1e-9


def differences(kpi: str, house: Mapping[Key, Figure], second: Mapping[Key, Figure]) -> Iterator[str]:
    """A sentence for every figure that only one side has, or that differs.

    house: the KPI's figures in `kpi.kpis`. second: those of the second opinion.
    """
    for key in sorted(house.keys() | second.keys(), key=lambda key: (key.grain != "month", key)):
        place = f"{kpi}, {key.grain} of {key.start}, {key.dimension} = {key.value}"
        if key not in second:
            yield f"{place}: the house has {_shown(house[key])}, the second opinion nothing"
        elif key not in house:
            yield f"{place}: the second opinion has {_shown(second[key])}, the house nothing"
        else:
            for name in NUMBERS:
                one, other = getattr(house[key], name), getattr(second[key], name)
                if not _agree(one, other):
                    yield f"{place}: {name} is {one!r} in the house and {other!r} in the second opinion"
            if house[key].is_complete != second[key].is_complete:
                yield f"{place}: is_complete is {house[key].is_complete} in the house alone"


def read_figures(rows: list[tuple]) -> dict[str, dict[Key, Figure]]:
    """Rows of `kpi.kpis` (its eleven columns) as figures by KPI."""
    figures: dict[str, dict[Key, Figure]] = {}
    for kpi, grain, start, dimension, value, *numbers, is_complete in rows:
        day = start.date() if isinstance(start, dt.datetime) else start
        figures.setdefault(kpi, {})[Key(grain, day, dimension, value)] = Figure(*numbers, is_complete)
    return figures


def _agree(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def _shown(figure: Figure) -> str:
    return f"{figure.numerator!r} / {figure.denominator!r} = {figure.value!r}"
