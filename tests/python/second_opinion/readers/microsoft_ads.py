"""Microsoft Advertising: spend per campaign and day, in the reporting currency where no other is told."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Spend."""
    lines = (row for row in rows_of(folder, "*.csv") if row["Gregorian date"] and row["Campaign name"])
    days = (row for row in lines if row["Gregorian date"][0].isdigit())
    rows = newest_parts(
        days, lambda row: (row["Gregorian date"], row.get("Campaign ID"), row["Campaign name"])
    )
    return {
        "spend": [
            {
                "export": "microsoft_ads__campaigns",
                "spent_on": day(row["Gregorian date"]),
                "channel": "paid_search",
                "campaign": row["Campaign name"],
                "cost_type": "media",
                "amount": number(row["Spend"]),
                "currency": row.get("Currency code") or "EUR",
            }
            for row in rows
        ]
    }
