"""Writes Iterable's events: a CSV file per data type, which its name says, the opens as JSON lines.

A soft bounce is told where Iterable gave up; deliveries are not told. Skipped sends change nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    HARD_EVENT,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT_EVENT,
    SOFT_THEN_DELIVERED,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.people import tool_number
from demo.files import csv_file, local_time, text_file
from demo.world import World

SOURCE = "iterable"
_TYPES = {
    SENT_EVENT: "emailSend",
    HARD_EVENT: "emailBounce",
    SOFT_EVENT: "emailBounce",
    OPEN_EVENT: "emailOpen",
    CLICK_EVENT: "emailClick",
    UNSUBSCRIBE_EVENT: "emailUnSubscribe",
    COMPLAINT_EVENT: "emailComplaint",
}
_FIELDS = {
    "emailSend": ("transactionalData", "contentId"),
    "emailSendSkip": ("reason",),
    "emailBounce": ("recipientState",),
    "emailOpen": ("userAgent", "proxySource"),
    "emailClick": ("url", "isBot"),
    "emailUnSubscribe": ("unsubSource",),
    "emailComplaint": (),
}
_COMMON = (
    "createdAt",
    "email",
    "userId",
    "messageId",
    "campaignId",
    "campaignName",
    "workflowName",
    "templateId",
)


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return str(410_000 + mailing.number)


def write(world: World, folder: Path) -> None:
    """Writes a file per data type into `folder`."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mailing in world.mailings_of(SOURCE):
        if mailing.channel == "email":
            for kind, event in _events(world, world.mail.outcome(mailing)):
                found[kind].append(event)
    for kind, events in found.items():
        if kind == "emailOpen":
            with text_file(folder / f"{kind}_2026.jsonl.gz") as file:
                file.writelines(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
            continue
        header = (*_COMMON, *_FIELDS[kind])
        with csv_file(folder / f"{kind}_2026.csv", header) as table:
            table.rows([event.get(name, "") for name in header] for event in events)


def _events(world: World, outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    mailing, events = outcome.mailing, outcome.events(world.calendar.end)
    users = tool_number(SOURCE, outcome.person).tolist()
    columns = (events.kind, events.row, events.at, events.link, events.is_machine, events.nth)
    for kind, row, at, link, machine, nth in zip(*(column.tolist() for column in columns), strict=True):
        if kind not in _TYPES or (kind == SOFT_EVENT and outcome.fate[row] == SOFT_THEN_DELIVERED):
            continue
        event: dict[str, Any] = {
            "createdAt": local_time(at, "%Y-%m-%d %H:%M:%S +00:00"),
            "email": world.people.written_email(int(outcome.person[row]), nth),
            "userId": f"u{users[row]}",
            "messageId": uuid5(NAMESPACE_URL, f"iterable {outcome.message_id(row)}").hex,
            "campaignId": campaign_id(mailing),
            "campaignName": mailing.name,
            "workflowName": mailing.journey,
            "templateId": 520_000 + mailing.number * 2 + int(outcome.variant[row]),
        }
        if kind in (HARD_EVENT, SOFT_EVENT):
            event["recipientState"] = "HardBounce" if kind == HARD_EVENT else "SoftBounce"
        elif kind == OPEN_EVENT:
            event["proxySource"] = "Apple" if machine else ("Google" if row % 2 else None)
        elif kind == CLICK_EVENT:
            event |= {"url": f"https://shop.example{mailing.links[link]}", "isBot": str(machine).lower()}
        yield _TYPES[kind], event
        if kind == SENT_EVENT and row % 9 == 0:
            skipped = {**event, "email": f"left.{event['email'].strip().lower()}", "userId": ""}
            yield (
                "emailSendSkip",
                {**skipped, "messageId": f"{event['messageId']}s", "reason": "Unsubscribed"},
            )
