"""YouTube Studio: videos with their lifetime totals, below the channel's total."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number

SECONDS = 3600


def read(folder: Path) -> Tables:
    """Posts."""
    rows = (row for row in rows_of(folder, "*.csv") if row["Content"] != "Total")
    return {
        "social_posts": [
            {
                "active_on": day(row["Video publish time"], "%b %d, %Y"),
                "network": "youtube",
                "post_id": row["Content"],
                "post_type": "video",
                "impressions": number(row["Impressions"]),
                "reactions": number(row["Likes"]),
                "comments": number(row["Comments added"]),
                "shares": number(row["Shares"]),
                "watch_seconds": (number(row["Watch time (hours)"]) or 0) * SECONDS,
            }
            for row in newest_parts(rows, lambda row: row["Content"])
        ]
    }
