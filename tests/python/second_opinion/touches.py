"""What touched whom, and when: each touch once, whoever tells of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.lookups import looked_up
from second_opinion.people import People

Row = Mapping[str, Any]
HALF_AN_HOUR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Touch:
    """One touch of a person; `name` orders those of one second, `teller` is kind of record and tool."""

    person: str
    at: dt.datetime
    name: str
    teller: tuple[str, str]
    channel: str
    campaign: str | None
    journey: str | None
    campaign_id: str | None = None
    is_marketing: bool = False
    is_automated: bool = False


def touches_of(
    events: Mapping[tuple[str, str], Sequence[Row]],
    sessions: Sequence[Row],
    told: Sequence[Row],
    people: People,
    campaigns: Campaigns,
    as_of: dt.date,
) -> dict[str, list[Touch]]:
    """Each person's touches in order.

    events: what happened to each message, by tool and id. sessions: the website's, each with its `person`,
    `channel` and the one name of its `campaign`. told: the entity touchpoints.
    """
    clicks, moments = _clicks(events, people, campaigns)
    visits = [
        _touch(
            "session",
            row,
            row["toucher"],
            row["started_at"],
            row["session_id"],
            row.get("channel"),
            row["campaign"],
            campaign_id=row["campaign_id"],
        )
        for row in sessions
        if row["toucher"]
        and row["is_detail"]
        and not _follows_a_click(row, moments[row["toucher"], row["campaign"]])
    ]
    others = [
        _touch(
            "touchpoint",
            row,
            people.key(row),
            row["touched_at"],
            row["touch_id"],
            row.get("channel"),
            campaigns.name(row["source"], row.get("campaign")),
            row.get("journey"),
            row.get("campaign"),
        )
        for row in told
    ]
    same: dict[tuple, list[Touch]] = defaultdict(list)
    for touch in (*clicks, *visits, *others):
        if touch.person and touch.at.date() <= as_of:
            same[touch.person, touch.channel, touch.campaign, touch.at.replace(microsecond=0)].append(touch)
    known: dict[str, list[Touch]] = defaultdict(list)
    for group in same.values():
        teller = min(touch.teller for touch in group)
        for touch in group:
            if touch.teller == teller:
                known[touch.person].append(_described(touch, campaigns))
    return {person: sorted(own, key=lambda touch: (touch.at, touch.name)) for person, own in known.items()}


def _clicks(
    events: Mapping[tuple[str, str], Sequence[Row]], people: People, campaigns: Campaigns
) -> tuple[list[Touch], dict[tuple, list[dt.datetime]]]:
    """Clicks more than half an hour after the one before; and every click's moment by person and campaign."""
    clicks: list[Touch] = []
    moments: dict[tuple, list[dt.datetime]] = defaultdict(list)
    for (source, message), rows in events.items():
        own = sorted(
            row["occurred_at"] for row in rows if row["event_type"] == "clicked" and not row.get("is_machine")
        )
        persons = {person for row in rows if (person := people.key(row))}
        if not own or not persons:
            continue
        person = max(persons)
        ids = {row["campaign_id"] for row in rows if row.get("campaign_id")}
        campaign = campaigns.name(source, max(ids)) if ids else None
        channel = max((row["channel"] for row in rows if row.get("channel")), default="email")
        moments[person, campaign] += own
        for number, at in enumerate(own, start=1):
            if number == 1 or at - own[number - 2] > HALF_AN_HOUR:
                row = {"source": source}
                clicks.append(
                    _touch(
                        "click",
                        row,
                        person,
                        at,
                        f"{message}:{number}",
                        channel,
                        campaign,
                        campaign_id=max(ids, default=None),
                    )
                )
    return clicks, moments


def _follows_a_click(session: Row, clicks: Sequence[dt.datetime]) -> bool:
    if session["campaign"] is None:
        return False
    return any(dt.timedelta() <= session["started_at"] - click <= HALF_AN_HOUR for click in clicks)


def _touch(
    kind: str,
    row: Row,
    person: str | None,
    at: dt.datetime,
    name: str,
    channel: str | None,
    campaign: str | None,
    journey: str | None = None,
    campaign_id: str | None = None,
) -> Touch:
    return Touch(
        person or "",
        at,
        f"{kind}:{row['source']}:{name}",
        (kind, row["source"]),
        channel or "unassigned",
        campaign,
        journey,
        campaign_id,
    )


def _described(touch: Touch, campaigns: Campaigns) -> Touch:
    said = campaigns.said(touch.teller[1], touch.campaign_id)
    journey = touch.journey or said.get("journey")
    return replace(
        touch,
        journey=journey,
        is_marketing=looked_up("channels", {"channel": touch.channel}, "is_marketing") == "true",
        is_automated=journey is not None or said.get("campaign_type") == "automated",
    )
