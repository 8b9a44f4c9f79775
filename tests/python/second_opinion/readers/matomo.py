"""Matomo: visits by day, and by day and type of channel."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import rows_of
from second_opinion.lookups import channel_of
from second_opinion.readers import Row, Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Sums of sessions."""
    return {
        "session_stats": [
            *(
                {"export": "matomo__visits", "channel": "unassigned", **_sums(row)}
                for row in rows_of(folder, "Visits*.csv")
            ),
            *(
                {
                    "export": "matomo__channels",
                    "channel": channel_of("matomo", row["Channel Type"]),
                    **_sums(row),
                }
                for row in rows_of(folder, "Channel*.csv")
            ),
        ]
    }


def _sums(row: Row) -> Row:
    return {
        "session_on": day(row["Date"]),
        "sessions": int(row["Visits"]),
        "bounced_sessions": int(row["Bounces"]),
        "engaged_seconds": number(row["Total time spent by visitors (in seconds)"]),
        "conversions": int(row["Visits with Conversions"]),
    }
