"""Plausible: visits by day, and by day and origin."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import day, number


def read(folder: Path) -> Tables:
    """Sums of sessions."""
    return {
        "session_stats": [
            *(
                {"export": "plausible__visitors", "channel": "unassigned", **_sums(row)}
                for row in rows_of(folder, "imported_visitors*.csv")
            ),
            *(
                {
                    "export": "plausible__sources",
                    "traffic_source": row["utm_source"] or row["source"] or row["referrer"],
                    "medium": row["utm_medium"]
                    or (None if row["utm_source"] or not row["source"] else "referral"),
                    "campaign": row["utm_campaign"],
                    **_sums(row),
                }
                for row in rows_of(folder, "imported_sources*.csv")
            ),
        ]
    }


def _sums(row: Row) -> Row:
    return {
        "session_on": day(row["date"]),
        "sessions": int(row["visits"]),
        "bounced_sessions": int(row["bounces"]),
        "engaged_seconds": number(row["visit_duration"]),
    }
