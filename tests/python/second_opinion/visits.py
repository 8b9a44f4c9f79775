"""Sessions of the website."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.people import People
from second_opinion.sales import rank

Row = dict[str, Any]


def standing_sessions(
    tables: Mapping[str, Sequence[Row]], people: People, campaigns: Campaigns, as_of: dt.date
) -> list[Row]:
    """Sessions up to the last day, of each day's one export: the best rank, then the name."""
    standing: dict[dt.date, tuple[int, str]] = {}
    for row in tables["sessions"]:
        export, day = (rank("sessions", row["export"]), row["export"]), row["started_at"].date()
        standing[day] = min(export, standing.get(day, export))
    return [
        {
            **row,
            "person": people.key(row),
            "campaign": campaigns.name(row["source"], row.get("campaign")),
        }
        for row in tables["sessions"]
        if row["started_at"].date() <= as_of and standing[row["started_at"].date()][1] == row["export"]
    ]
