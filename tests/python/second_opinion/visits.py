"""Visits to the website, single ones and reported sums, each day by one export."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.lookups import lookup
from second_opinion.people import People
from second_opinion.sales import rank

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
ENGAGED_SECONDS = 10


def standing_sessions(tables: Tables, people: People, campaigns: Campaigns, as_of: dt.date) -> list[Row]:
    """Sessions up to the last day, of each day's one export: the best rank, then the name."""
    standing = _standing_exports(tables)
    return [
        {
            **row,
            "person": people.key(row),
            "channel": row.get("channel") or channel_by_tags(row),
            "campaign": campaigns.name(row["source"], row.get("campaign")),
        }
        for row in tables["sessions"]
        if (day := row["started_at"].date()) <= as_of and standing[day] == row["export"]
    ]


def standing_visits(
    tables: Tables, sessions: Sequence[Row], campaigns: Campaigns, as_of: dt.date
) -> list[Row]:
    """What `sessions` count, and the report lines of days that have none; None: not measured."""
    standing = _standing_exports(tables)
    overcounting = {
        row["export"] for row in tables["session_stats"] if (row.get("conversions") or 0) > row["sessions"]
    }
    return [
        *(_visit(row) for row in sessions),
        *(
            {
                **row,
                "day": row["session_on"],
                "channel": row.get("channel") or channel_by_tags(row),
                "campaign": campaigns.name(row["source"], row.get("campaign")),
                "bounced": row.get("bounced_sessions"),
                "seconds": row.get("engaged_seconds"),
                "converted": None if row["export"] in overcounting else row.get("conversions"),
            }
            for row in tables["session_stats"]
            if row["session_on"] <= as_of and standing[row["session_on"]] == row["export"]
        ),
    ]


def _standing_exports(tables: Tables) -> dict[dt.date, str]:
    """Each day's export: one of sessions before one of sums, then by rank, then by name."""
    best: dict[dt.date, tuple[int, int, str]] = {}
    for place, entity in enumerate(("sessions", "session_stats")):
        for row in tables[entity]:
            day = row["started_at"].date() if entity == "sessions" else row["session_on"]
            export = (place, rank(entity, row["export"]), row["export"])
            best[day] = min(export, best.get(day, export))
    return {day: export for day, (_, _, export) in best.items()}


def _visit(row: Row) -> Row:
    pages, seconds, converted = row.get("page_views"), row.get("engaged_seconds"), row.get("is_converted")
    engaged = row.get("is_engaged")
    if engaged is None and (converted or (seconds or 0) >= ENGAGED_SECONDS):
        engaged = True
    elif engaged is None and converted is not None and seconds is not None:
        engaged = False
    if (pages or 0) > 1 or engaged:
        bounced = 0
    elif pages == 1 or engaged is False:
        bounced = 1
    else:
        bounced = None
    return {
        **row,
        "day": row["started_at"].date(),
        "sessions": 1,
        "bounced": bounced,
        "seconds": seconds,
        "converted": None if converted is None else int(converted),
    }


def channel_by_tags(row: Row) -> str:
    """The channel of a visit that carries none, by the lookups `channel_rules` and `traffic_classes`."""
    tags = [(row.get(name) or "").lower() for name in ("traffic_source", "medium", "campaign")]
    return _channel(*tags)


@cache
def _channel(source: str, medium: str, campaign: str) -> str:
    if not source and not medium and not campaign:
        return "direct"
    classes = {
        field: {
            row["class"]
            for row in lookup("traffic_classes")
            if row["field"] == field and re.fullmatch(_regular(row["pattern"]), tag, re.DOTALL)
        }
        for field, tag in (("source", source), ("medium", medium), ("campaign", campaign))
    }
    for rule in sorted(lookup("channel_rules"), key=lambda rule: int(rule["rank"])):
        if all(
            not rule[f"{field}_class"] or rule[f"{field}_class"] in known for field, known in classes.items()
        ):
            return rule["channel"]
    return "unassigned"


def _regular(pattern: str) -> str:
    """SQL's `like` as a regular expression; `!` takes the next sign as it is."""
    parts = re.findall(r"!.|.", pattern, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
