"""LinkedIn, a page's daily metrics: what all its posts gained, as one post; no reach."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest
from second_opinion.readers import Tables
from second_opinion.spreadsheet import sheet_rows
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Posts."""
    days = [row for path in sorted(folder.glob("*.xlsx")) for row in sheet_rows(path, 1, having="Date")]
    return {
        "social_posts": [
            {
                "active_on": day(row["Date"], "%m/%d/%Y"),
                "network": "linkedin",
                "post_id": "all posts",
                "post_type": "page",
                "impressions": number(row["Impressions (total)"]),
                "reactions": number(row["Reactions (total)"]),
                "comments": number(row["Comments (total)"]),
                "shares": number(row["Reposts (total)"]),
                "link_clicks": number(row["Clicks (total)"]),
            }
            for row in newest(days, lambda row: row["Date"])
        ]
    }
