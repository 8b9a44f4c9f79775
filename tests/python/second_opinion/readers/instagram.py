"""Instagram: posts with their lifetime totals, on the day of publishing."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Posts."""
    rows = newest_parts(rows_of(folder, "*.csv"), lambda row: row["Post ID"])
    return {
        "social_posts": [
            {
                "active_on": day(row["Publish time"], "%m/%d/%Y %H:%M"),
                "network": "instagram",
                "post_id": row["Post ID"],
                "post_type": row["Post type"].lower(),
                "impressions": number(row["Impressions"]),
                "reach": number(row["Reach"]),
                "reactions": number(row["Likes"]),
                **{name.lower(): number(row[name]) for name in ("Comments", "Shares", "Saves", "Replies")},
            }
            for row in rows
        ]
    }
