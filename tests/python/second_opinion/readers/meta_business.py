"""Meta Business Suite: Facebook posts; lifetime totals stand on the day of publishing."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest_parts, rows_of
from second_opinion.readers import Tables
from second_opinion.values import day, number

LIFETIME = "Lifetime"


def read(folder: Path) -> Tables:
    """Posts."""
    rows = newest_parts(rows_of(folder, "*.csv"), lambda row: (row["Post ID"], row["Date"]))
    return {
        "social_posts": [
            {
                "active_on": day(row["Date"], "%m/%d/%Y")
                if row["Date"] != LIFETIME
                else day(row["Publish time"], "%m/%d/%Y %H:%M"),
                "network": "facebook",
                "post_id": row["Post ID"],
                "post_type": row["Post type"].lower(),
                "impressions": number(row["Views"]),
                "reach": number(row["Reach"]),
                **{name.lower(): number(row[name]) for name in ("Reactions", "Comments", "Shares")},
                "link_clicks": number(row.get("Link clicks")),
                "watch_seconds": number(row.get("Seconds viewed")),
            }
            for row in rows
        ]
    }
