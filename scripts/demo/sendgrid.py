"""Writes SendGrid's events: the webhook's as JSON lines, the last mailing's as Email Activity's CSV too.

Among the events are some that change nothing: deferred and dropped ones. Every fourth hard bounce is an
asynchronous one: the message seemed delivered, and the bounce does not say which it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.files import csv_file, local_time, text_file
from demo.world import World

SOURCE = "sendgrid"
_EVENTS = {
    SENT_EVENT: "processed",
    DELIVERED_EVENT: "delivered",
    HARD_EVENT: "bounce",
    SOFT_EVENT: "bounce",
    OPEN_EVENT: "open",
    CLICK_EVENT: "click",
    UNSUBSCRIBE_EVENT: "group_unsubscribe",
    COMPLAINT_EVENT: "spamreport",
}
_ACTIVITY = (
    "processed", "message_id", "event", "subject", "from", "email", "template_id", "reason", "url", "type",
    "is_unique", "categories", "singlesend_id",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's single send, or of the automation it belongs to."""
    return str(uuid5(NAMESPACE_URL, f"sendgrid {mailing.code}"))


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    mailings = [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]
    with text_file(folder / "events.jsonl.gz") as file:
        for mailing in mailings:
            for event in _events(world, world.mail.outcome(mailing)):
                file.write(json.dumps(event, separators=(",", ":")) + "\n")
    with csv_file(folder / "email_activity.csv", _ACTIVITY) as table:
        last = [mailing for mailing in mailings if mailing.list_code][-1:]
        for mailing in last:
            table.rows(
                (
                    local_time(event["timestamp"], "%Y-%m-%d %H:%M:%S"), event["sg_message_id"],
                    {"dropped": "drop", "spamreport": "spam_report"}.get(event["event"], event["event"]),
                    mailing.subjects[0], "news@shop.example", event["email"], "", event.get("reason", ""),
                    event.get("url", ""), event.get("type", ""), "", json.dumps(event["category"]),
                    campaign_id(mailing),
                )
                for event in _events(world, world.mail.outcome(mailing))
                if "sg_message_id" in event
            )  # fmt: skip


def _events(world: World, outcome: Outcome) -> Iterator[dict[str, Any]]:
    mailing, end = outcome.mailing, world.calendar.end
    kind_of = "singlesend" if mailing.list_code else "mc_auto"
    campaign = {f"{kind_of}_id": campaign_id(mailing), f"{kind_of}_name": mailing.name}
    events = outcome.events(end)
    columns = (events.kind, events.row, events.at, events.link, events.is_machine, events.nth)
    for kind, row, at, link, machine, nth in zip(*(column.tolist() for column in columns), strict=True):
        if kind == CLICK_EVENT and machine:
            continue  # the webhook would not say that it was one
        message = uuid5(NAMESPACE_URL, f"sendgrid {outcome.message_id(row)}").hex[:22]
        base: dict[str, Any] = {
            "email": world.people.written_email(int(outcome.person[row]), nth),
            "timestamp": at,
            "category": [mailing.utm_source, "marketing"],
            "sg_message_id": f"{message}.filterdrecv-{row % 7}.0",
            **campaign,
        }
        event = {**base, "event": _EVENTS[kind], "sg_event_id": _event_id(message, kind, at, nth, machine)}
        if kind == HARD_EVENT and row % 4 == 0:
            yield {**base, "event": "delivered", "sg_event_id": _event_id(message, "seemed", at)}
            event = {name: event[name] for name in ("email", "timestamp", "event", "sg_event_id")}
        if kind in (HARD_EVENT, SOFT_EVENT):
            is_hard = kind == HARD_EVENT
            event |= {
                "type": "bounce" if is_hard else "blocked",
                "status": "5.1.1" if is_hard else "4.2.2",
                "reason": "550 no such user" if is_hard else "452 mailbox full",
            }
        elif kind == OPEN_EVENT:
            event["sg_machine_open"] = machine
        elif kind == CLICK_EVENT:
            event["url"] = f"https://shop.example{mailing.links[link]}"
        yield event
        if kind == SENT_EVENT and row % 9 == 0 and at < end:
            yield {**base, "event": "deferred", "sg_event_id": _event_id(message, "deferred"), "attempt": "1"}
            yield {
                **base,
                "email": f"left.{base['email'].strip().lower()}",
                "event": "dropped",
                "reason": "Unsubscribed Address",
                "sg_event_id": _event_id(message, "dropped"),
                "sg_message_id": f"{message}.filterdrecv-{row % 7}.1",
            }


def _event_id(*parts: object) -> str:
    return uuid5(NAMESPACE_URL, ":".join(map(str, ("sendgrid", *parts)))).hex
