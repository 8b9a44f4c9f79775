"""Visits to the website, single ones and reported sums, each day by one export."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
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
# Sessions that are this share of a report's stand for it.
WHOLE = 0.9


def standing_sessions(tables: Tables, people: People, campaigns: Campaigns, as_of: dt.date) -> list[Row]:
    """Sessions up to the last day, of each day's best export of sessions or of the one that measures it."""
    detail, standing = _exports_of_days(tables)
    sessions = [
        {
            **row,
            "person": people.key(row),
            "channel": row.get("channel") or channel_by_tags(row),
            "campaign_id": row.get("campaign"),
            "campaign": campaigns.name(row["source"], row.get("campaign")),
            "is_counted": standing[day] == row["export"],
            "is_detail": detail[day] == row["export"],
        }
        for row in tables["sessions"]
        if (day := row["started_at"].date()) <= as_of and row["export"] in (detail[day], standing[day])
    ]
    _recognize(sessions)
    return sessions


def _recognize(sessions: Sequence[Row]) -> None:
    """`toucher`: the session's person, else whom the same visitor is known as next."""
    known: dict[tuple[str, str], str] = {}
    for row in sorted(sessions, key=lambda row: (row["started_at"], row["session_id"]), reverse=True):
        visitor = (row["source"], row.get("visitor_id") or "")
        if visitor[1] and row["is_detail"]:
            if row["person"]:
                known[visitor] = row["person"]
            row["toucher"] = row["person"] or known.get(visitor)
        else:
            row["toucher"] = row["person"]


def standing_visits(
    tables: Tables, sessions: Sequence[Row], campaigns: Campaigns, as_of: dt.date
) -> list[Row]:
    """What `sessions` count, and the report lines of days that have none; None: not measured."""
    _, standing = _exports_of_days(tables)
    overcounting = {
        row["export"] for row in tables["session_stats"] if (row.get("conversions") or 0) > row["sessions"]
    }
    return [
        *(_visit(row) for row in sessions if row["is_counted"]),
        *(
            {
                **row,
                "sessions": _within(row["sessions"]),
                "day": row["session_on"],
                "channel": row.get("channel") or channel_by_tags(row),
                "campaign": campaigns.name(row["source"], row.get("campaign")),
                "bounced": _within(row.get("bounced_sessions"), row["sessions"]),
                "seconds": _within(row.get("engaged_seconds")),
                "converted": None if row["export"] in overcounting else _within(row.get("conversions")),
            }
            for row in tables["session_stats"]
            if row["session_on"] <= as_of and standing[row["session_on"]] == row["export"]
        ),
    ]


def _within(number: float | None, base: float = float("inf")) -> float | None:
    """The number, unless it is negative or more than its base."""
    return number if number is not None and 0 <= number <= base else None


def _exports_of_days(tables: Tables) -> tuple[dict[dt.date, str], dict[dt.date, str]]:
    """Each day's best export of sessions, by rank and name; and the export that measures the day.

    Sessions do where they are nine tenths of what the best report counts, or of the fullest export.
    """
    told: dict[dt.date, dict[tuple[int, int, str], float]] = defaultdict(lambda: defaultdict(float))
    for place, entity in enumerate(("sessions", "session_stats")):
        for row in tables[entity]:
            day = row["started_at"].date() if entity == "sessions" else row["session_on"]
            sessions = 1 if entity == "sessions" else max(row["sessions"] or 0, 0)
            told[day][place, rank(entity, row["export"]), row["export"]] += sessions
    detail, standing = {}, {}
    for day, exports in told.items():
        reports = sorted(export for export in exports if export[0] == 1)
        singles = sorted(export for export in exports if export[0] == 0)
        whole = exports[reports[0]] if reports else max(exports.values())
        full = [export for export in singles if exports[export] >= WHOLE * whole]
        detail[day] = singles[0][2] if singles else ""
        standing[day] = (full or reports or singles)[0][2]
    return detail, standing


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
