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
# Messages that are this share of a report stand for it.
WHOLE = 0.9
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
    reports = [row for row in _reports(tables["email_stats"], campaigns) if row["day"] <= as_of]
    standing = standing_sends(messages, reports, campaigns)
    for row in standing:
        said = campaigns.said(row["source"], row["campaign_id"])
        row["campaign_type"], row["journey"] = said.get("campaign_type"), said.get("journey")
        row["segment"] = row["segment"] or said.get("segment")
        row["send_weekday"] = row["day"].strftime("%A")
    return standing


def standing_sends(messages: list[Row], reports: list[Row], campaigns: Campaigns) -> list[Row]:
    """Of what messages and reports tell of one campaign and day, what counts.

    A report's day holds what is sent until its next. Messages that are nine tenths of it stand for it.
    """
    apart = _names_of_two_campaigns([*messages, *reports], campaigns)
    campaigns_sends: dict[tuple, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    standing = []
    for place, rows in enumerate((messages, reports)):
        for row in rows:
            if row["campaign"] is None:
                standing.append(row)
                continue
            name = (row["source"], row["campaign"], row["channel"])
            key = row["campaign_id"] if name in apart else row["campaign"]
            campaigns_sends[row["source"], key, row["channel"]][place].append(row)
    for own_messages, own_reports in campaigns_sends.values():
        days = sorted({row["day"] for row in own_reports})
        spans = zip(days, [*days[1:], dt.date.max], strict=False)
        standing += [row for row in own_messages if not days or row["day"] < days[0]]
        for start, end in spans:
            told = [row for row in own_messages if start <= row["day"] < end]
            lines = [row for row in own_reports if row["day"] == start]
            best = min((row["rank"], row["export"]) for row in lines)
            lines = [row for row in lines if (row["rank"], row["export"]) == best]
            total = sum(_first_known(row["sent"], row["delivered"]) or 0 for row in lines)
            standing += told if told and len(told) >= WHOLE * total else lines
    return standing


def _names_of_two_campaigns(rows: Sequence[Row], campaigns: Campaigns) -> set[tuple]:
    """Source, name and channel of campaigns of which one export knows two of one day, or all."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_day: dict[tuple, set[str]] = defaultdict(set)
    for row in rows:
        campaign = row["campaign_id"]
        if campaign is not None and campaigns.is_id(row["source"], campaign):
            users[row["source"], campaign].add(row["export"])
            by_day[row["source"], row["campaign"], row["channel"], row["day"]].add(campaign)
    apart = set()
    named: dict[tuple, set[str]] = defaultdict(set)
    for row in rows:
        if row["campaign"] is not None:
            named[row["source"], row["campaign"], row["channel"]].add(row["campaign_id"])
    for (source, name, channel), ids in named.items():
        if len(ids) > 1 and all(campaigns.is_id(source, campaign) for campaign in ids):
            knowers = [users[source, one] | campaigns.exports_of(source, one) for one in ids]
            if set.intersection(*knowers):
                apart.add((source, name, channel))
    for (source, name, channel, _), ids in by_day.items():
        knowing: dict[str, int] = defaultdict(int)
        for campaign in ids if len(ids) > 1 else ():
            for export in users[source, campaign] | campaigns.exports_of(source, campaign):
                knowing[export] += 1
        if any(count > 1 for count in knowing.values()):
            apart.add((source, name, channel))
    return apart


def events_by_message(
    tables: Mapping[str, Sequence[Row]], as_of: dt.date
) -> dict[tuple[str, str], list[Row]]:
    """What happened to each message up to the last day; events of its sending silence its one-row record."""
    tells_machines = {row["export"] for row in tables["email_events"] if row.get("is_machine") is not None}
    kinds = {(row["source"], row["event_type"]) for row in tables["email_events"]}
    for row in tables["email_messages"]:
        opened = row.get("opened_at") or row.get("machine_opened_at")
        kinds |= {(row["source"], "opened")} if opened else set()
        kinds |= {(row["source"], "clicked")} if row.get("clicked_at") else set()
    by_message: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["email_events"]:
        unmeasured = set(row.get("unmeasured", ()))
        # Nobody asked a tool for opens that tells of none at all.
        for kind, counts in (("opened", "opens"), ("clicked", "clicks")):
            unmeasured |= set() if (row["source"], kind) in kinds else {counts}
        if row["export"] not in tells_machines:
            unmeasured.add("machine_opens")
        by_message[row["source"], row["message_id"]].append({**row, "unmeasured": unmeasured})
    told = {
        (row["source"], row["message_id"])
        for row in tables["email_events"]
        if row["event_type"] in ("sent", "delivered")
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


def is_by_a_person(event: Row, *types: str) -> bool:
    """Whether a person opened or clicked, or did one of `types`."""
    return event["event_type"] in (types or ("opened", "clicked")) and not event.get("is_machine")


def final_state(events: Sequence[Row]) -> str:
    """delivered, hard, soft, or bounced (of a kind that nobody told)."""
    if any(is_by_a_person(event, "opened", "clicked", "unsubscribed", "complained") for event in events):
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
    hears = _what_is_heard(by_message)
    for (source, _), events in by_message.items():
        sent_at = _sent_at(source, events, hears)
        if sent_at is None:
            continue
        person = next((key for event in events if (key := people.key(event))), None)
        state = final_state(events)
        is_known = (person is not None and any_conversions) or events[0]["export"] in tell_conversions
        yield {
            "source": source,
            "export": min(event["export"] for event in events),
            "campaign_id": _said(events, "campaign_id"),
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


def _what_is_heard(by_message: Mapping[tuple[str, str], Sequence[Row]]) -> dict[tuple, set[str]]:
    """Whether sends or deliveries are heard of, by campaign of a tool and by the messages' export."""
    hears: dict[tuple, set[str]] = defaultdict(set)
    for (source, _), events in by_message.items():
        types = {event["event_type"] for event in events} & {"sent", "delivered"}
        hears[source, "campaign", _said(events, "campaign_id")] |= types
        hears[source, "export", min(event["export"] for event in events)] |= types
    return hears


def _sent_at(source: str, events: Sequence[Row], hears: Mapping[tuple, set[str]]) -> dt.datetime | None:
    """When a message was sent; None where nobody tells of its send.

    A bounce stands for a send where arrivals, not sends, are told of the campaign (else: of the export).
    """
    sent, delivered = _first(events, "sent"), _first(events, "delivered")
    arrived = _first(events, "delivered", "bounced")
    if sent or delivered:
        return sent or arrived
    heard = (
        hears[source, "campaign", _said(events, "campaign_id")]
        or hears[source, "export", min(event["export"] for event in events)]
    )
    return arrived if heard == {"delivered"} else None


def _counts(events: Sequence[Row], state: str) -> Row:
    delivered = int(state == "delivered")
    person_opened = any(is_by_a_person(event) and event["event_type"] == "opened" for event in events)
    machine_opened = any(event["event_type"] == "opened" and event.get("is_machine") for event in events)
    clicked = any(is_by_a_person(event) and event["event_type"] == "clicked" for event in events)
    opened = person_opened or machine_opened
    happened = {event["event_type"] for event in events if not event.get("is_machine")}
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
    tellers = [event for event in events if event["event_type"] in ("sent", "delivered")] or events
    unmeasured = set().union(*(event["unmeasured"] for event in tellers))
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
        counts = _possible(row)
        opens, clicks = counts["unique_opens"], counts["unique_clicks"]
        both = _within(row.get("opened_and_clicked"), row.get("unique_opens"), row.get("unique_clicks"))
        if row.get("opened_and_clicked") is None:
            both = None if opens is None or clicks is None else min(opens, clicks)
        yield {
            **{
                name: row.get(name)
                for name in ("source", "export", "channel", "segment", "subject", "variant", "send_hour")
            },
            "is_personalized": row.get("is_personalized"),
            "rank": ranks.get(row["export"], LEAST_RANK),
            "day": row["sent_on"],
            "campaign_id": row["campaign_id"],
            "campaign": campaigns.name(row["source"], row["campaign_id"]),
            **counts,
            "opened_and_clicked": both if opens is not None else None,
        }


def _possible(row: Row) -> Row:
    """A report line's counts completed from one another, without those that cannot be beside their base."""
    types = _sum(row.get("hard_bounces"), row.get("soft_bounces"))
    sent, bounces = row.get("sent"), _first_known(row.get("bounces"), types)
    delivered = _first_known(row.get("delivered"), _less(sent, bounces))
    bounces = _first_known(bounces, _less(sent, delivered))
    if any(number is not None and number < 0 for number in (sent, delivered, bounces)) or any(
        sent is not None and number is not None and number > sent for number in (delivered, bounces)
    ):
        return dict.fromkeys(COUNTS)
    hard, soft = row.get("hard_bounces"), row.get("soft_bounces")
    together = (hard or 0) + (soft or 0)
    is_odd = min(hard or 0, soft or 0) < 0 or (bounces is not None and together > bounces)
    counts: Row = {
        "sent": _sum(delivered, bounces),
        "delivered": delivered,
        "bounces": bounces,
        "hard_bounces": None if is_odd else hard,
        "soft_bounces": None if is_odd else soft,
    }
    for name in ("unique_opens", "unique_clicks", "unsubscribes", "complaints", "conversions"):
        counts[name] = _within(row.get(name), delivered)
    machines = _within(row.get("machine_opens"), row.get("unique_opens"))
    counts["machine_opens"] = None if _is_lost(row, counts, "unique_opens") else machines
    return counts


def _is_lost(row: Row, counts: Row, name: str) -> bool:
    return row.get(name) is not None and counts[name] is None


def _within(number: float | None, *bases: float | None) -> float | None:
    """The number, unless it is negative or more than a base that is known."""
    if number is None or number < 0 or any(base is not None and number > base for base in bases):
        return None
    return number


def _first(events: Sequence[Row], *types: str) -> dt.datetime | None:
    return min((event["occurred_at"] for event in events if event["event_type"] in types), default=None)


def _said(events: Sequence[Row], what: str) -> Any:
    return max((event[what] for event in events if event.get(what) is not None), default=None)


def _sum(*numbers: float | None) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _first_known(*numbers: float | None) -> float | None:
    return next((number for number in numbers if number is not None), None)
