"""Meta Ads: spend per ad and period, the currency in the header; a period's is spread over its days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Spend."""
    rows = newest_parts(
        (row for row in rows_of(folder, "*.csv") if row["Campaign name"]),
        lambda row: tuple(
            row.get(name)
            for name in ("Reporting starts", "Reporting ends", "Campaign name", "Ad set name", "Ad name")
        ),
    )
    return {"spend": [spent for row in rows for spent in _days(row)]}


def _days(row: Row) -> Iterator[Row]:
    first, last = day(row["Reporting starts"]), day(row["Reporting ends"])
    header, currency = next(
        (name, found[1]) for name in row if (found := re.fullmatch(r"Amount spent \(([A-Z]{3})\)", name))
    )
    amount = number(row[header])
    assert first and last
    days = (last - first).days + 1
    for number_of_day in range(days):
        yield {
            "export": "meta_ads__ads",
            "spent_on": first + dt.timedelta(days=number_of_day),
            "channel": "paid_social",
            "campaign": row["Campaign name"],
            "cost_type": "media",
            "item": f"{row['Ad set name']} / {row['Ad name']}",
            "amount": None if amount is None else amount / days,
            "currency": currency,
        }
