"""Whether two builds' figures are the same."""

from __future__ import annotations

from typing import Any

import duckdb

KEY = "kpi, period_grain, period_start, dimension, dimension_value"
_SAME = " and ".join(f"a.{name} = b.{name}" for name in KEY.split(", "))


def compare_figures(connection: duckdb.DuckDBPyConnection, theirs: str, ours: str) -> int:
    """Hold a table of figures against another, value by value; `theirs.kpi.catalog` has the units.

    Counts must be equal, what was divided or added up as floats to 1e-12 of itself or of 1. Returns how many
    rows were compared; raises AssertionError with the first that differ.
    """
    for one, other in ((theirs, ours), (ours, theirs)):
        alone = connection.execute(f"select {KEY} from {one} except select {KEY} from {other}").fetchall()
        assert alone[:5] == [], f"{len(alone)} figures of {one} alone"
    differ = " or ".join(
        f"(a.{name} is null) <> (b.{name} is null)"
        f" or abs(a.{name} - b.{name}) > 1e-12 * greatest(1, abs(a.{name}))"
        f" or (a.{name} = floor(a.{name}) and c.unit = 'count' and a.{name} <> b.{name})"
        for name in ("numerator", "denominator", "value", "value_low", "value_high")
    )
    both = (
        f"from {theirs} as a inner join {ours} as b on {_SAME}"
        " left join theirs.kpi.catalog as c on a.kpi = c.kpi"
    )
    rows: list[Any] = connection.execute(
        f"select {', '.join(f'a.{name}' for name in KEY.split(', '))}, a.value, b.value {both}"
        f" where {differ} or a.is_complete <> b.is_complete limit 10"
    ).fetchall()
    assert rows == []
    return int(connection.execute(f"select count(*) {both}").fetchall()[0][0])


def largest_difference(connection: duckdb.DuckDBPyConnection, theirs: str, ours: str) -> float:
    """The largest difference of two values, as a share of the value or of 1."""
    query = (
        "select max(abs(a.value - b.value) / greatest(1, abs(a.value)))"
        f" from {theirs} as a inner join {ours} as b on {_SAME}"
    )
    return float(connection.execute(query).fetchall()[0][0])
