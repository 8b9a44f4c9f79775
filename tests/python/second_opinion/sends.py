"""What was sent, message by message and report by report, in its final state."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.lookups import lookup
from second_opinion.people import People

Row = dict[str, Any]
COUNTS = (
    *("sent", "delivered", "bounces", "hard_bounces", "soft_bounces", "unique_opens", "machine_opens"),
    *("unique_clicks", "opened_and_clicked", "unsubscribes", "complaints", "conversions"),
)
# What a count is called in the list of what a tool does not measure.
MEASURED_AS = {
    "bounces": {"bounces"},
    "hard_bounces": {"bounce_types"},
    "soft_bounces": {"bounce_types"},
    "unique_opens": {"opens"},
    "opened_and_clicked": {"opens", "clicks"},
    "machine_opens": {"machine_opens"},
    "unique_clicks": {"clicks"},
    "unsubscribes": {"unsubscribes"},
    "complaints": {"complaints"},
}
WINDOW = dt.timedelta(days=5)
LEAST_RANK = 100
TIMES = {
    "sent_at": "sent",
    "delivered_at": "delivered",
    "bounced_at": "bounced",
    "opened_at": "opened",
    "machine_opened_at": "opened",
    "clicked_at": "clicked",
    "unsubscribed_at": "unsubscribed",
    "complained_at": "complained",
    "converted_at": "converted",
}


def all_sends(
    tables: Mapping[str, Sequence[Row]],
    people: People,
    campaigns: Campaigns,
    as_of: dt.date,
    conversions_of: Callable[[str], Sequence[dt.datetime]],
    any_conversions: bool,
) -> list[Row]:
    """Messages, and the report lines of campaigns and days that no message tells of.

    conversions_of: the moments at which a person converted. any_conversions: whether the data know of any.
    """
    messages = list(_messages(tables, people, campaigns, as_of, conversions_of, any_conversions))
    told = {
        (row["source"], row["campaign"], row["channel"], row["day"])
        for row in messages
        if row["campaign"] is not None
    }
    reports = [row for row in _reports(tables["email_stats"], campaigns) if row["day"] <= as_of]
    best: dict[tuple, int] = {}
    for row in reports:
        key = (row["source"], row["campaign"], row["channel"], row["day"])
        best[key] = min(row["rank"], best.get(key, row["rank"]))
    standing = [
        row
        for row in reports
        if (key := (row["source"], row["campaign"], row["channel"], row["day"])) not in told
        and row["rank"] == best[key]
    ]
    for row in (*messages, *standing):
        said = campaigns.said(row["campaign"])
        row["campaign_type"], row["journey"] = said.get("campaign_type"), said.get("journey")
        row["segment"] = row["segment"] or said.get("segment")
        row["send_weekday"] = row["day"].strftime("%A")
    return [*messages, *standing]


def events_by_message(
    tables: Mapping[str, Sequence[Row]], as_of: dt.date
) -> dict[tuple[str, str], list[Row]]:
    """What happened to each message up to the last day; events of its sending silence its one-row record."""
    tells_machines = {row["export"] for row in tables["email_events"] if row.get("is_machine") is not None}
    by_message: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["email_events"]:
        unmeasured = set(row.get("unmeasured", ()))
        if row["export"] not in tells_machines:
            unmeasured.add("machine_opens")
        by_message[row["source"], row["message_id"]].append({**row, "unmeasured": unmeasured})
    told = {
        (row["source"], row["message_id"])
        for row in tables["email_events"]
        if row["event_type"] in ("sent", "delivered", "bounced")
    }
    for row in tables["email_messages"]:
        if (row["source"], row["message_id"]) not in told:
            by_message[row["source"], row["message_id"]].extend(_as_events(row))
    return {
        key: known
        for key, events in by_message.items()
        if (
            known := [
                event for event in events if event["occurred_at"] and event["occurred_at"].date() <= as_of
            ]
        )
    }


def _as_events(row: Row) -> Iterator[Row]:
    for time, what in TIMES.items():
        if row.get(time):
            yield {
                **row,
                "event_type": what,
                "occurred_at": row[time],
                "bounce_type": row.get("bounce_type") if what == "bounced" else None,
                "is_machine": time == "machine_opened_at",
                "unmeasured": set(row.get("unmeasured", ())),
            }


def is_by_a_person(event: Row) -> bool:
    """Whether a person opened or clicked."""
    return event["event_type"] in ("opened", "clicked") and not event.get("is_machine")


def final_state(events: Sequence[Row]) -> str:
    """delivered, hard, soft, or bounced (of a kind that nobody told)."""
    if any(
        is_by_a_person(event) or event["event_type"] in ("unsubscribed", "complained") for event in events
    ):
        return "delivered"
    bounces = [event for event in events if event["event_type"] == "bounced"]
    if any(bounce.get("bounce_type") == "hard" for bounce in bounces):
        return "hard"
    if not bounces:
        return "delivered"
    last = max(bounce["occurred_at"] for bounce in bounces)
    if any(event["event_type"] == "delivered" and event["occurred_at"] > last for event in events):
        return "delivered"
    return "soft" if any(bounce.get("bounce_type") == "soft" for bounce in bounces) else "bounced"


def _messages(
    tables: Mapping[str, Sequence[Row]],
    people: People,
    campaigns: Campaigns,
    as_of: dt.date,
    conversions_of: Callable[[str], Sequence[dt.datetime]],
    any_conversions: bool,
) -> Iterator[Row]:
    by_message = events_by_message(tables, as_of)
    tell_conversions = {
        event["export"]
        for events in by_message.values()
        for event in events
        if event["event_type"] == "converted"
    }
    for (source, _), events in by_message.items():
        sent_at = _first(events, "sent") or _first(events, "delivered", "bounced")
        if sent_at is None:
            continue
        person = next((key for event in events if (key := people.key(event))), None)
        state = final_state(events)
        is_known = (person is not None and any_conversions) or events[0]["export"] in tell_conversions
        yield {
            "source": source,
            "day": sent_at.date(),
            "sent_at": sent_at,
            "send_hour": sent_at.hour,
            "person": person,
            "channel": _said(events, "channel") or "email",
            "campaign": campaigns.name(source, _said(events, "campaign_id")),
            "segment": _said(events, "segment"),
            "subject": _said(events, "subject"),
            "variant": _said(events, "variant"),
            "is_personalized": _said(events, "is_personalized"),
            **_counts(events, state),
            "conversions": _converted(events, person, conversions_of, any_conversions) if is_known else None,
        }


def _counts(events: Sequence[Row], state: str) -> Row:
    delivered = int(state == "delivered")
    person_opened = any(is_by_a_person(event) and event["event_type"] == "opened" for event in events)
    machine_opened = any(event["event_type"] == "opened" and event.get("is_machine") for event in events)
    clicked = any(is_by_a_person(event) and event["event_type"] == "clicked" for event in events)
    opened = person_opened or machine_opened
    happened = {event["event_type"] for event in events}
    counts: Row = {
        "sent": 1,
        "delivered": delivered,
        "bounces": 1 - delivered,
        "hard_bounces": None if state == "bounced" else int(state == "hard"),
        "soft_bounces": None if state == "bounced" else int(state == "soft"),
        "unique_opens": delivered * int(opened),
        "machine_opens": delivered * int(machine_opened and not person_opened),
        "unique_clicks": delivered * int(clicked),
        "opened_and_clicked": delivered * int(opened and clicked),
        "unsubscribes": delivered * int("unsubscribed" in happened),
        "complaints": delivered * int("complained" in happened),
    }
    unmeasured = set().union(*(event["unmeasured"] for event in events))
    return {
        name: None if MEASURED_AS.get(name, set()) & unmeasured else count for name, count in counts.items()
    }


def _converted(
    events: Sequence[Row],
    person: str | None,
    conversions_of: Callable[[str], Sequence[dt.datetime]],
    any_conversions: bool,
) -> int:
    """Whether the person converted after a human open or click; of unknown persons the tool tells."""
    engaged = [event["occurred_at"] for event in events if is_by_a_person(event)]
    if person is not None and any_conversions:
        moments = conversions_of(person)
    else:
        moments = [event["occurred_at"] for event in events if event["event_type"] == "converted"]
    return int(any(start <= moment <= start + WINDOW for start in engaged for moment in moments))


def _reports(rows: Iterable[Row], campaigns: Campaigns) -> Iterator[Row]:
    ranks = {
        row["export"]: int(row["rank"]) for row in lookup("precedence") if row["entity"] == "email_stats"
    }
    for row in rows:
        types = _sum(row.get("hard_bounces"), row.get("soft_bounces"))
        bounces = _first_known(row.get("bounces"), types)
        delivered = _first_known(row.get("delivered"), None if bounces is None else row["sent"] - bounces)
        bounces = _first_known(bounces, None if delivered is None else row["sent"] - delivered)
        opens, clicks = row.get("unique_opens"), row.get("unique_clicks")
        yield {
            **{
                name: row.get(name)
                for name in ("source", "channel", "segment", "subject", "variant", "send_hour")
            },
            "is_personalized": row.get("is_personalized"),
            "rank": ranks.get(row["export"], LEAST_RANK),
            "day": row["sent_on"],
            "campaign": campaigns.name(row["source"], row["campaign_id"]),
            **{name: row.get(name) for name in COUNTS},
            "sent": _sum(delivered, bounces),
            "delivered": delivered,
            "bounces": bounces,
            "opened_and_clicked": _first_known(
                row.get("opened_and_clicked"), None if opens is None or clicks is None else min(opens, clicks)
            ),
        }


def _first(events: Sequence[Row], *types: str) -> dt.datetime | None:
    return min((event["occurred_at"] for event in events if event["event_type"] in types), default=None)


def _said(events: Sequence[Row], what: str) -> Any:
    return max((event[what] for event in events if event.get(what) is not None), default=None)


def _sum(*numbers: float | None) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _first_known(*numbers: float | None) -> float | None:
    return next((number for number in numbers if number is not None), None)
