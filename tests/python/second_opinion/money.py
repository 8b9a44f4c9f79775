"""Amounts in the reporting currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

REPORTING_CURRENCY = "EUR"
LONGEST_DAYS = 7


class Rates:
    """What a unit of a currency was worth."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """rows: the entity `exchange_rates`."""
        self._rates = {(row["currency"], row["rate_on"]): row["rate"] for row in rows}

    def on(self, currency: str | None, day: dt.date) -> float:
        """The day's rate or the latest of the seven days before.

        Raises LookupError where there is none: an amount without a rate is a failed check.
        """
        if currency in (None, REPORTING_CURRENCY):
            return 1.0
        for back in range(LONGEST_DAYS + 1):
            rate = self._rates.get((currency, day - dt.timedelta(days=back)))
            if rate is not None:
                return float(rate)
        raise LookupError(f"no rate for {currency} on {day}")
