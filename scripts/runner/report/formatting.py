"""Figures as people read them."""

from __future__ import annotations

_SHARES = ("rate", "share")
_TIMES = ("days", "hours", "seconds")


def _signed(value: float) -> str:
    """With its sign and one decimal; what rounds to nothing is `0.0`."""
    return f"{value:+.1f}" if round(value, 1) else "0.0"


def value_text(value: float | None, unit: str | None, currency: str) -> str:
    """A KPI's value in its unit: `27.8 %`, `1,234.50 EUR`, `12.5 days`; a dash where there is none."""
    if value is None:
        return "-"
    if unit in _SHARES:
        return f"{value:.1%}".replace("%", " %")
    if unit == "currency":
        return f"{value:,.2f} {currency}"
    if unit == "count":
        return f"{value:,.0f}"
    if unit in _TIMES:
        return f"{value:,.1f} {unit}"
    return f"{value:,.2f}"


def change_text(change: float | None, relative_change: float | None, unit: str | None) -> str:
    """The change from the period before: of shares in points, of everything else in per cent."""
    if change is None:
        return "-"
    if unit in _SHARES:
        return f"{_signed(change * 100)} points"
    return "-" if relative_change is None else f"{_signed(relative_change * 100)} %"


def count_text(count: int, noun: str) -> str:
    """`1 row`, `12,345 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
