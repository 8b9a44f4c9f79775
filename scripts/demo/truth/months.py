"""Sums by calendar month."""

from __future__ import annotations

import numpy as np

from demo.company.draw import Floats, Ints


def month_of(at: Ints) -> list[str]:
    """The month of each moment, as `2025-03`."""
    written: list[str] = np.datetime_as_string(
        at.astype("datetime64[s]").astype("datetime64[M]"), unit="M"
    ).tolist()
    return written


def by_month(at: Ints, weight: Ints | Floats | None = None) -> dict[str, float]:
    """How many (or how much, to a millionth) in each month; moments of 0 are left out."""
    kept = at > 0
    month = at[kept].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    found, place = np.unique(month, return_inverse=True)
    if weight is None:
        sums = np.bincount(place, minlength=len(found)).tolist()
    else:
        sums = [
            round(value, 6)
            for value in np.bincount(place, weights=weight[kept], minlength=len(found)).tolist()
        ]
    names = np.datetime_as_string(found.astype("datetime64[M]"), unit="M").tolist()
    return dict(zip(names, sums, strict=True))


def table(**columns: dict[str, float]) -> dict[str, dict[str, float]]:
    """Month → measure → value, with 0 where a measure has nothing in a month that another has."""
    months = sorted({month for column in columns.values() for month in column})
    return {month: {name: column.get(month, 0) for name, column in columns.items()} for month in months}
