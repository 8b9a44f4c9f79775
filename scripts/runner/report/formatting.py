"""Figures as people read them."""

from __future__ import annotations

from runner.history.freeze import told_restated
from runner.history.ledger import Changes
from runner.units import UNITS

SHARES = tuple(name for name, unit in UNITS.items() if unit.is_share)
TIMES = tuple(name for name, unit in UNITS.items() if unit.is_time)


def _signed(value: float) -> str:
    """With its sign and one decimal; what rounds to nothing is `0.0`."""
    return f"{value:+.1f}" if round(value, 1) else "0.0"


def value_text(value: float | None, unit: str | None, currency: str) -> str:
    """A KPI's value in its unit: `27.8 %`, `1,234.50 EUR`, `12.5 days`; a dash where there is none.

    What rounds to nothing has no sign.
    """
    if value is None:
        return "-"
    if unit in SHARES:
        return f"{value:z.1%}".replace("%", " %")
    if unit == "currency":
        return f"{value:z,.2f} {currency}"
    if unit == "count":
        return f"{value:z,.0f}"
    if unit in TIMES:
        return f"{value:z,.1f} {unit}"
    return f"{value:z,.2f}"


def change_text(change: float | None, relative_change: float | None, unit: str | None) -> str:
    """The change from the period before: of shares in points, of everything else in per cent."""
    if change is None:
        return "-"
    if unit in SHARES:
        return f"{_signed(change * 100)} points"
    return "-" if relative_change is None else f"{_signed(relative_change * 100)} %"


def count_text(count: int, noun: str) -> str:
    """`1 row`, `12,345 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def told_changes(changes: Changes | None) -> list[str]:
    """What a run restates of complete periods: how many values and why, then the largest, a line each."""
    if changes is None or not changes.restated:
        return []
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in (changes.by_reason or {}).items())
    told = f"Restated: {count_text(changes.restated, 'value')} of complete periods ({reasons})."
    return [told, *(f"    {told_restated(value)}" for value in changes.largest)]
