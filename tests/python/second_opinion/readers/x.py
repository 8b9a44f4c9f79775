"""X: posts with their lifetime totals, on the day of publishing; reposts are shares."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Posts."""
    rows = newest_parts(rows_of(folder, "*.csv"), lambda row: row["Tweet id"])
    return {
        "social_posts": [
            {
                "active_on": day(row["time"][:10]),
                "network": "x",
                "post_id": row["Tweet id"],
                "post_type": "post",
                "impressions": number(row["impressions"]),
                "reactions": number(row["likes"]),
                "shares": number(row["retweets"]),
                "replies": number(row["replies"]),
                "link_clicks": number(row["url clicks"]),
            }
            for row in rows
        ]
    }
