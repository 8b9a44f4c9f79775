"""Amazon Ads: spend per campaign and day; a range's is spread evenly over its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Spend."""
    rows = newest(
        (
            {**row, "first": _day(row, "Start Date"), "last": _day(row, "End Date")}
            for row in rows_of(folder, "*.csv")
        ),
        lambda row: (row["first"], row["last"], row["Campaign Name"]),
    )
    return {"spend": [spent for row in rows for spent in _days(row)]}


def _day(row: Row, name: str) -> dt.date:
    found = day(row["Date"]) if "Date" in row else day(row[name], "%b %d, %Y")
    assert found
    return found


def _days(row: Row) -> Iterator[Row]:
    amount = number(row["Spend"])
    assert amount is not None
    days = (row["last"] - row["first"]).days + 1
    for number_of_day in range(days):
        yield {
            "export": "amazon_ads__sponsored",
            "spent_on": row["first"] + dt.timedelta(days=number_of_day),
            "channel": "paid_shopping",
            "campaign": row["Campaign Name"],
            "cost_type": "media",
            "amount": amount / days,
            "currency": row["Currency"],
        }
