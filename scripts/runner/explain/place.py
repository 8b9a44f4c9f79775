"""Which value is asked for: a KPI, a period, a slice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from runner.errors import UsageError
from runner.sql import quoted

_WAYS = "2026-03 (a month), 2026-Q1, 2026, 2026-W10, 2026-03-15 or 2026-03-01/28d (28 days from that one)"


@dataclass(frozen=True)
class Place:
    """Where one published value stands."""

    kpi: str
    period_grain: str
    period_start: date
    dimension: str = "all"
    dimension_value: str = "all"

    @property
    def where(self) -> str:
        """SQL: the row is this value's."""
        named = {
            "kpi": self.kpi,
            "period_grain": self.period_grain,
            "dimension": self.dimension,
            "dimension_value": self.dimension_value,
        }
        told = " and ".join(f"{name} = {quoted(value)}" for name, value in named.items())
        return f"{told} and period_start = date {quoted(self.period_start.isoformat())}"

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        start, days = self.period_start, {"day": 1, "week": 7, "rolling_28_days": 28}
        if self.period_grain in days:
            return start + timedelta(days=days[self.period_grain] - 1)
        months = {"month": 1, "quarter": 3, "year": 12}[self.period_grain]
        years, month = divmod(start.month - 1 + months, 12)
        return date(start.year + years, month + 1, 1) - timedelta(days=1)


def read_period(text: str) -> tuple[str, date]:
    """Grain and first day of a period as people write it; raises UsageError."""
    try:
        if found := re.fullmatch(r"(\d{4})", text):
            return "year", date(int(found[1]), 1, 1)
        if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
            return "quarter", date(int(found[1]), 3 * int(found[2]) - 2, 1)
        if found := re.fullmatch(r"(\d{4})-(\d\d)", text):
            return "month", date(int(found[1]), int(found[2]), 1)
        if found := re.fullmatch(r"(\d{4})-?[Ww](\d\d)", text):
            return "week", date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)(/28d)?", text):
            return ("rolling_28_days" if found[2] else "day"), date.fromisoformat(found[1])
    except ValueError:
        pass
    raise UsageError(f"--period {text}: there is no such period; write {_WAYS}.")


def read_slice(text: str | None) -> tuple[str, str]:
    """Dimension and value of `channel=email`; everything without a text. Raises UsageError."""
    if text is None:
        return "all", "all"
    dimension, sign, value = text.partition("=")
    if not (sign and dimension.strip() and value.strip()):
        raise UsageError(f"--slice {text}: write a slice and its value, such as channel=email.")
    return dimension.strip(), value.strip()


def check_place(connection: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Raise UsageError, with what there is instead, where nothing is published at `place`.

    connection: to the published file.
    """

    def listed(query: str) -> list[str]:
        return [str(row[0]) for row in connection.execute(query).fetchall()]

    if connection.execute(f"select 1 from kpi.kpi_values where {place.where} limit 1").fetchone():
        return
    kpis = listed("select kpi from kpi.catalog order by kpi")
    if place.kpi not in kpis:
        raise UsageError(f"There is no KPI {place.kpi}; {_instead(place.kpi, kpis)}")
    of_kpi = f"from kpi.kpi_values where kpi = {quoted(place.kpi)}"
    dimensions = listed(f"select distinct dimension {of_kpi} order by 1")
    if place.dimension not in dimensions:
        raise UsageError(
            f"{place.kpi} is not sliced by {place.dimension}; {_instead(place.dimension, dimensions)}"
        )
    of_slice = f"{of_kpi} and dimension = {quoted(place.dimension)}"
    values = listed(f"select distinct dimension_value {of_slice} order by 1")
    if place.dimension_value not in values:
        raise UsageError(
            f"{place.kpi} has no {place.dimension} {place.dimension_value};"
            f" {_instead(place.dimension_value, values)}"
        )
    of_value = f"{of_slice} and dimension_value = {quoted(place.dimension_value)}"
    grains = listed(f"select distinct period_grain {of_value} order by 1")
    if place.period_grain not in grains:
        told = "there is no value of any." if not grains else f"there is {', '.join(grains)}."
        raise UsageError(f"{place.kpi} has no values of that slice by {place.period_grain}; {told}")
    first, last = connection.execute(
        f"select min(period_start), max(period_start) {of_value}"
        f" and period_grain = {quoted(place.period_grain)}"
    ).fetchall()[0]
    raise UsageError(
        f"{place.kpi} has no value of that slice in the {place.period_grain.replace('_', ' ')} that begins"
        f" on {place.period_start}; its first begins on {first}, its last on {last}."
    )


def _instead(asked: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(asked, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    more = f" and {len(known) - 20} more" if len(known) > 20 else ""
    return f"there is {', '.join(known[:20])}{more}." if known else "there is none."
