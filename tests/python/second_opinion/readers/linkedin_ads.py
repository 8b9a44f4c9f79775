"""LinkedIn Campaign Manager: spend per campaign and day, below lines with the report's name."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Spend."""
    rows = newest_parts(
        rows_of(folder, "*.csv", "*.tsv", having="Start Date (in UTC)"),
        lambda row: (row["Start Date (in UTC)"], row["Account Name"], row["Campaign Name"]),
    )
    return {
        "spend": [
            {
                "export": "linkedin_ads__campaigns",
                "spent_on": day(row["Start Date (in UTC)"], "%m/%d/%Y"),
                "channel": "paid_social",
                "campaign": row["Campaign Name"],
                "cost_type": "media",
                "amount": number(row["Total Spent"]),
                "currency": row.get("Currency") or "EUR",
            }
            for row in rows
        ]
    }
