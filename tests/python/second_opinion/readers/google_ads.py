"""Google Ads: cost per campaign and day between title lines and totals; commas or tabs."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number

CHANNELS = {
    "display": "display",
    "shopping": "paid_shopping",
    "video": "paid_video",
    "performance max": "cross_network",
}


def read(folder: Path) -> Tables:
    """Spend."""
    lines = rows_of(folder, "*.csv", "*.tsv", having="Campaign state")
    days = (
        row
        for row in lines
        if not any((row[name] or "").startswith("Total:") for name in ("Day", "Campaign"))
    )
    rows = newest_parts(days, lambda row: (row["Day"], row["Campaign"]))
    return {
        "spend": [
            {
                "export": "google_ads__campaigns",
                "spent_on": day(row["Day"]),
                "channel": _channel(row["Campaign type"]),
                "campaign": row["Campaign"],
                "cost_type": "media",
                "amount": number(row["Cost"]),
                "currency": row["Currency code"],
            }
            for row in rows
        ]
    }


def _channel(kind: str | None) -> str:
    return next(
        (channel for word, channel in CHANNELS.items() if word in (kind or "").lower()), "paid_search"
    )
