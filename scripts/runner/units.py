"""The units of KPIs: what each means, between which bounds its values lie, and how a value is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """means: in words, where the name does not say it; low, high: bounds of any value, None: none.

    is_share: written as a percentage, and compared in points. is_time: written with the unit's name.
    """

    means: str | None = None
    low: float | None = None
    high: float | None = None
    is_share: bool = False
    is_time: bool = False


_SHARE = "a share of 1: 0.25 is 25 %"
UNITS: Mapping[str, Unit] = {
    "rate": Unit(_SHARE, low=0, high=1, is_share=True),  # a proportion of things counted
    "share": Unit(_SHARE, is_share=True),  # of sums, which returns can turn below 0 or above 1
    "count": Unit(low=0),
    "currency": Unit("money in the reporting currency"),
    "ratio": Unit(),
    "points": Unit("points from -100 to 100", low=-100, high=100),
    "seconds": Unit(low=0, is_time=True),
    "hours": Unit(low=0, is_time=True),
    "days": Unit(low=0, is_time=True),
}
