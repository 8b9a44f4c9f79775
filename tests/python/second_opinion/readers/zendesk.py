"""Zendesk: a ticket's rating as it was last changed."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Tables
from second_opinion.values import address, text, when


def read(folder: Path) -> Tables:
    """Rated tickets; offers without a rating are no answers."""
    rows = newest(
        rows_of(folder, "satisfaction_ratings*.csv", "satisfaction_ratings*.jsonl"),
        lambda row: text(row["ticket_id"]),
        lambda row: row["updated_at"],
    )
    return {
        "survey_responses": [
            {
                "export": "zendesk__satisfaction_ratings",
                "response_id": text(row["ticket_id"]),
                "email": address(row["requester_email"]),
                "person_id": text(row["requester_id"]),
                "survey": "Support rating",
                "survey_type": "csat",
                "touchpoint": "support",
                "score": float(row["score"].startswith("good")),
                "scale_max": 1.0,
                "answered_at": when(row["updated_at"]),
            }
            for row in rows
            if row["score"].startswith(("good", "bad"))
        ]
    }
