"""Pinterest Ads: spend per day and ad."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Spend."""
    rows = newest(rows_of(folder, "*.csv"), lambda row: (row["Date"], row["Campaign name"], row["Ad ID"]))
    return {
        "spend": [
            {
                "export": "pinterest_ads__reports",
                "spent_on": day(row["Date"]),
                "channel": "paid_social",
                "campaign": row["Campaign name"],
                "cost_type": "media",
                "amount": number(row["Spend in account currency"]),
                "currency": row["Currency"],
            }
            for row in rows
        ]
    }
