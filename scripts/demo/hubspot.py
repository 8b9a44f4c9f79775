"""Writes HubSpot's exports: e-mail events as flattened CSV and as JSON lines, campaigns, contacts, deals.

Among the events are some that change nothing: PROCESSED and DEFERRED ones, deliveries that a later bounce
made void, and sends that were dropped. In the older file of contacts some persons have a second record, under
another address, that was merged since; so has one deal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY, HOUR, MINUTE, Ints
from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.people import tool_number
from demo.company.sales import LOST, OPEN, PIPELINES, WON
from demo.files import csv_file, money, text_file, times
from demo.world import World

SOURCE = "hubspot"
_TYPES = {
    SENT_EVENT: "SENT",
    DELIVERED_EVENT: "DELIVERED",
    HARD_EVENT: "BOUNCE",
    SOFT_EVENT: "BOUNCE",
    OPEN_EVENT: "OPEN",
    CLICK_EVENT: "CLICK",
    UNSUBSCRIBE_EVENT: "STATUSCHANGE",
    COMPLAINT_EVENT: "SPAMREPORT",
}
_SOURCES = {
    "organic_search": "Organic search",
    "paid_search": "Paid search",
    "paid_social": "Paid social",
    "organic_social": "Organic social",
    "email": "Email marketing",
    "referral": "Referrals",
    "direct": "Direct traffic",
}
_BOUNCES = {
    HARD_EVENT: (("UNKNOWN_USER", "5.1.1"), ("POLICY", "5.7.1")),
    SOFT_EVENT: (("MAILBOX_FULL", "5.2.2"), ("TEMPORARY_PROBLEM", "4.3.2")),
}
_STAGES = ("Appointment scheduled", "Qualified to buy", "Contract sent")
_FLAT = (
    "id",
    "type",
    "created",
    "recipient",
    "emailCampaignId",
    "emailCampaignGroupId",
    "appName",
    "subject",
    "sentBy_id",
    "sentBy_created",
    "causedBy_id",
    "obsoletedBy_id",
    "filteredEvent",
    "category",
    "status",
    "url",
    "portalSubscriptionStatus",
    "dropReason",
)


def write(world: World, folder: Path) -> None:
    """Writes every export's files into `folder`."""
    _email_events(world, folder)
    _email_campaigns(world, folder)
    _contacts(world, folder)
    _deals(world, folder)


def _mailings(world: World) -> list[Mailing]:
    return [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's e-mail campaign in this tool."""
    return f"{23_000_000 + mailing.number * 17}"


def contact_id(person: int) -> str:
    """A person's record id."""
    return str(tool_number(SOURCE, np.asarray([person]))[0])


def _event_id(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, ":".join(map(str, parts))))


def _email_events(world: World, folder: Path) -> None:
    """Events up to the last quarter of the world as CSV; the rest, and six days again, as JSON lines."""
    border = world.calendar.start + world.days * 3 // 4 * DAY
    with (
        csv_file(folder / "email_events_1.csv.gz", _FLAT) as flat,
        text_file(folder / "email_events_2.jsonl.gz") as nested,
    ):
        for mailing in _mailings(world):
            events = list(_events(world, world.mail.outcome(mailing)))
            flat.rows(
                [event.get(name, "") for name in _FLAT]
                for event in events
                if event["created"] < border * 1000
            )
            for event in events:
                if event["created"] >= (border - 6 * DAY) * 1000:
                    nested.write(json.dumps(_nested(event), separators=(",", ":")) + "\n")


def _nested(event: dict[str, Any]) -> dict[str, Any]:
    """A flattened event as the API gives it: references are objects, flags are booleans."""
    found: dict[str, Any] = {}
    for name, value in event.items():
        owner, _, part = name.partition("_")
        if part:
            found.setdefault(owner, {})[part] = value
        else:
            found[name] = value == "true" if name == "filteredEvent" else value
    return found


def _events(world: World, outcome: Outcome) -> Iterator[dict[str, Any]]:
    mailing, end = outcome.mailing, world.calendar.end
    events = outcome.events(end)
    sent_at = (outcome.sent_at * 1000).tolist()
    people = outcome.person.tolist()
    for kind, row, at, link, machine, nth in zip(
        *(
            column.tolist()
            for column in (events.kind, events.row, events.at, events.link, events.is_machine, events.nth)
        ),
        strict=True,
    ):
        message = outcome.message_id(row)
        base: dict[str, Any] = {
            "created": at * 1000,
            "recipient": world.people.written_email(people[row], nth),
            "emailCampaignId": campaign_id(mailing),
            "emailCampaignGroupId": campaign_id(mailing),
            "appName": "Batch" if mailing.kind == "one_off" else "Workflow",
        }
        sent = {"sentBy_id": _event_id(message, "SENT"), "sentBy_created": sent_at[row]}
        if kind == SENT_EVENT:
            yield {
                "id": sent["sentBy_id"],
                "type": "SENT",
                "subject": mailing.subjects[outcome.variant[row]],
                **base,
            }
            yield from _noise(outcome, row, base, sent, end)
            continue
        event = {"id": _event_id(message, _TYPES[kind], at, nth), "type": _TYPES[kind], **base, **sent}
        if kind in _BOUNCES:
            event["category"], event["status"] = _BOUNCES[kind][row % 2]
        elif kind in (OPEN_EVENT, CLICK_EVENT):
            event["filteredEvent"] = str(machine).lower()
            if kind == CLICK_EVENT:
                event["url"] = f"https://shop.example{mailing.links[link]}"
        elif kind == UNSUBSCRIBE_EVENT:
            event["portalSubscriptionStatus"] = "UNSUBSCRIBED"
            if row % 2 and outcome.delivered_at[row]:
                del event["sentBy_id"], event["sentBy_created"]
                event["causedBy_id"] = _event_id(message, "DELIVERED", int(outcome.delivered_at[row]), 1)
        yield event


def _noise(
    outcome: Outcome, row: int, base: dict[str, Any], sent: dict[str, Any], end: int
) -> Iterator[dict[str, Any]]:
    """Events about a send that must change no figure."""
    message, at = outcome.message_id(row), int(outcome.sent_at[row])
    if row % 9 == 0:
        yield {"id": _event_id(message, "PROCESSED"), "type": "PROCESSED", **base, **sent}
    if outcome.fate[row] >= SOFT and at + 1 <= end:
        later = {**base, "created": (at + 1) * 1000}
        void = _event_id(message, "BOUNCE", int(outcome.bounced_at[row]), 1)
        yield {"id": _event_id(message, "void"), "type": "DELIVERED", **later, **sent, "obsoletedBy_id": void}
        yield {"id": _event_id(message, "DEFERRED"), "type": "DEFERRED", **later, **sent}
    if row == 0:
        dropped = _event_id(message, "dropped")
        other = {**base, "recipient": f"left.{base['recipient'].strip().lower()}"}
        yield {"id": dropped, "type": "SENT", **other}
        yield {
            "id": _event_id(message, "DROPPED"),
            "type": "DROPPED",
            **other,
            "sentBy_id": dropped,
            "sentBy_created": base["created"],
            "dropReason": "PREVIOUSLY_UNSUBSCRIBED_MESSAGE",
        }


def _email_campaigns(world: World, folder: Path) -> None:
    with text_file(folder / "email_campaigns.jsonl") as file:
        for mailing in _mailings(world):
            kind = "BATCH_EMAIL" if mailing.kind == "one_off" else "AUTOMATED_EMAIL"
            line = {
                "id": int(campaign_id(mailing)),
                "name": mailing.name,
                "subject": mailing.subjects[0],
                "type": kind,
                "workflow": mailing.journey,
            }
            file.write(json.dumps(line) + "\n")


def _known(world: World) -> list[int]:
    """The persons this tool knows: recipients, and those with a deal here."""
    found: set[int] = set()
    for mailing in _mailings(world):
        found.update(world.mail.outcome(mailing).person.tolist())
    found.update(world.sales.deals.person[world.is_deal_of(SOURCE)].tolist())
    return sorted(person for person in found if world.people.has_email[person])


def _minutes(at: Ints) -> list[str]:
    return [moment.replace("T", " ")[:16] for moment in times(at)]


def _contacts(world: World, folder: Path) -> None:
    people = world.people
    header = (
        "Record ID",
        "First Name",
        "Last Name",
        "Email",
        "Lifecycle Stage",
        "Create Date",
        "Last Modified Date",
        "Original Source",
        "HubSpot Score",
        "Became a Lead Date",
        "Became a Marketing Qualified Lead Date",
        "Became a Sales Qualified Lead Date",
        "Became an Opportunity Date",
        "Became a Customer Date",
        "First Page Seen",
        "Merged record IDs",
    )
    columns = (people.lead_at, people.mql_at, people.sql_at, world.opportunity_at, world.customer_at)
    stages = [_minutes(at) for at in columns]
    created = _minutes(people.created_at)
    reached = np.sum([at > 0 for at in columns], axis=0)
    names = (
        "Subscriber",
        "Lead",
        "Marketing Qualified Lead",
        "Sales Qualified Lead",
        "Opportunity",
        "Customer",
    )
    modified, before = _minutes(np.asarray([world.calendar.end - HOUR, world.calendar.end - 60 * DAY]))

    def row(person: int, changed: str, merged: str) -> list[Any]:
        return [
            contact_id(person),
            people.first_name(person),
            people.last_name(person),
            people.written_email(person, 5),
            names[reached[person]],
            created[person],
            changed,
            _SOURCES.get(CHANNELS[people.channel[person]].name, ""),
            person % 90,
            *(stage[person] for stage in stages),
            words.LANDING_PAGES[people.landing_page[person]],
            merged,
        ]

    with (
        csv_file(folder / "contacts_1.csv", header) as older,
        csv_file(folder / "contacts_2.csv", header) as newer,
    ):
        for number, person in enumerate(_known(world)):
            twin = f"{int(contact_id(person)) + 1}" if number % 8 == 3 else ""
            newer.rows([row(person, modified, twin and f"{twin};99{twin}")])
            if twin:
                second = row(person, before, "")
                second[0], second[3] = twin, f"old.{people.email(person)}"
                older.rows([row(person, before, ""), second])


def _deals(world: World, folder: Path) -> None:
    deals, end = world.sales.deals, world.calendar.end
    header = (
        "Record ID",
        "Deal Name",
        "Deal Stage",
        "Pipeline",
        "Amount",
        "Currency",
        "Create Date",
        "Close Date",
        "Last Modified Date",
        "Associated Contact IDs",
        "Order ID",
        "Original Traffic Source",
        "Campaign",
        "Merged record IDs",
    )
    signs = {"EUR": "€", "GBP": "£", "USD": "$"}
    created, amount = _minutes(deals.created_at), money(deals.amount)
    expected = np.where(deals.outcome == OPEN, end + 30 * DAY, deals.closed_at)
    closed = _minutes(expected)
    modified, before = _minutes(np.asarray([end - MINUTE, end - 60 * DAY]))

    def record_id(number: int) -> str:
        return f"{5_000_000 + number * 10}"

    def row(number: int, changed: str) -> list[Any]:
        outcome, currency = deals.outcome[number], words.CURRENCIES[deals.currency[number]]
        stage = {WON: "Closed Won", LOST: "Closed Lost"}.get(int(outcome), _STAGES[number % 3])
        order, label = int(deals.order[number]), int(world.people.campaign[deals.person[number]])
        return [
            record_id(number),
            f"{words.COMPANY} for {world.people.last_name(int(deals.person[number]))}",
            stage,
            PIPELINES[deals.pipeline[number]],
            f"{signs[currency]}{float(amount[number]):,.2f}",
            currency,
            created[number],
            closed[number],
            changed,
            f"{contact_id(int(deals.person[number]))};1",
            world.sales.orders.order_id(order) if deals.names_order[number] else "",
            _SOURCES.get(CHANNELS[deals.channel[number]].name, ""),
            world.calendar.labels[label].name if label >= 0 else "",
            "",
        ]

    with (
        csv_file(folder / "deals_1.csv", header) as older,
        csv_file(folder / "deals_2.csv", header) as newer,
    ):
        for place, number in enumerate(np.flatnonzero(world.is_deal_of(SOURCE)).tolist()):
            latest = row(number, modified)
            if place == 0:
                twin = row(number, before)
                twin[0] = latest[-1] = f"{int(record_id(number)) + 1}"
                older.rows([twin])
            if place % 4 == 1:
                older.rows([[*row(number, before)[:2], _STAGES[0], *row(number, before)[3:]]])
            newer.rows([latest])
