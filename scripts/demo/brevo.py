"""Writes Brevo's exports: recipients of campaigns, the log of transactional messages, events of a webhook.

The recipients have semicolons and a column a link, the older half is gzipped. The events tell of the last two
campaigns once more. The log's messages are the young list's; among them are some that were blocked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from demo.company import words
from demo.company.draw import DAY
from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD,
    HARD_EVENT,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.files import csv_file, local_time, local_times, text_file
from demo.world import World

SOURCE = "brevo"
LOGGED = "rn"
_STATUSES = {
    SENT_EVENT: "Sent",
    DELIVERED_EVENT: "Delivered",
    HARD_EVENT: "Hard bounce",
    SOFT_EVENT: "Soft bounce",
    OPEN_EVENT: "Opened",
    CLICK_EVENT: "Clicked",
    UNSUBSCRIBE_EVENT: "Unsubscribed",
    COMPLAINT_EVENT: "Complaint",
}
_POSTED = {
    DELIVERED_EVENT: "delivered",
    HARD_EVENT: "hard_bounce",
    SOFT_EVENT: "soft_bounce",
    OPEN_EVENT: "opened",
    CLICK_EVENT: "click",
    UNSUBSCRIBE_EVENT: "unsubscribe",
    COMPLAINT_EVENT: "spam",
}
_HEADER = (
    "Campaign ID", "Campaign Name", "Email_ID", "Send_Date", "Delivered_Date", "Open_Date", "Total Opens",
    "Total Apple MPP Opens", "Unsubscribe_Date", "Hard_Bounce_Date", "Hard_Bounce_Reason", "Soft_Bounce_Date",
    "Soft_Bounce_Reason", "Open_IP", "Click_IP", "Unsubscribe_IP", "Clicked_Links_Count", "Complaint_date",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return mailing.name if mailing.list_code == LOGGED else str(mailing.number + 40)


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    sent = [
        mailing for mailing in world.mailings_of(SOURCE) if mailing.list_code and mailing.channel == "email"
    ]
    mailings = [mailing for mailing in sent if mailing.list_code != LOGGED]
    with csv_file(folder / "logs.csv", ("st_text", "ts", "sub", "frm", "email", "tag", "mid", "link")) as log:
        for mailing in sent:
            if mailing.list_code == LOGGED:
                log.rows(_logged(world, world.mail.outcome(mailing)))
    with text_file(folder / "events.jsonl.gz") as posted:
        for mailing in mailings[-2:]:
            posted.writelines(_posted(world, world.mail.outcome(mailing)))
    middle = world.calendar.start + world.days // 2 * DAY
    header = (*_HEADER, *(f"https://shop.example{page}" for page in words.LANDING_PAGES))
    with csv_file(folder / "recipients_1.csv.gz", header, delimiter=";") as file:
        for mailing in mailings:
            if mailing.sent_at < middle:
                file.rows(_rows(world, mailing))
    with csv_file(folder / "recipients_2.csv", header, delimiter=";") as file:
        for mailing in mailings:
            if mailing.sent_at >= middle:
                file.rows(_rows(world, mailing))


def _rows(world: World, mailing: Mailing) -> Iterator[tuple[Any, ...]]:
    """One row a recipient; every open of a machine counts as Apple's."""
    outcome = world.mail.outcome(mailing)
    machine = outcome.machine_open_at > 0
    both = (outcome.open_at > 0) & machine
    first = np.where(
        both,
        np.minimum(outcome.open_at, outcome.machine_open_at),
        np.maximum(outcome.open_at, outcome.machine_open_at),
    )
    moments = (
        outcome.sent_at, outcome.delivered_at, first, outcome.unsubscribed_at,
        outcome.bounced_at * (outcome.fate == HARD), outcome.bounced_at * (outcome.fate >= SOFT),
        outcome.complained_at,
    )  # fmt: skip
    sent, delivered, opened, left, hard, soft, complained = (
        local_times(at, "%d-%m-%Y %H:%M:%S") for at in moments
    )
    pages = [words.LANDING_PAGES.index(link) for link in mailing.links]
    for row, person in enumerate(outcome.person.tolist()):
        distinct = min(int(outcome.clicks[row]), len(pages))
        clicked = {pages[(int(outcome.link[row]) + nth) % len(pages)] for nth in range(distinct)}
        address = f"192.0.2.{person % 254 + 1}"
        yield (
            campaign_id(mailing), mailing.name, world.people.written_email(person, mailing.number), sent[row],
            delivered[row], opened[row], int(outcome.opens[row]) + int(machine[row]), int(machine[row]),
            left[row], hard[row], "550 no such user" if hard[row] else "", soft[row],
            "452 mailbox full" if soft[row] else "", address if outcome.opens[row] else "",
            address if distinct else "", address if left[row] else "", distinct, complained[row],
            *(1 if page in clicked else "" for page in range(len(words.LANDING_PAGES))),
        )  # fmt: skip


def _happened(world: World, outcome: Outcome) -> Iterator[tuple[int, int, int, str, bool, int, str]]:
    """Kind, row, moment, link, whether a machine did it, nth of its kind, address; no click of a machine."""
    events = outcome.events(world.calendar.end)
    columns = (events.kind, events.row, events.at, events.link, events.is_machine, events.nth)
    for kind, row, at, link, machine, nth in zip(*(column.tolist() for column in columns), strict=True):
        if kind != CLICK_EVENT or not machine:
            url = f"https://shop.example{outcome.mailing.links[link]}" if kind == CLICK_EVENT else ""
            yield kind, row, at, url, machine, nth, world.people.written_email(int(outcome.person[row]), nth)


def _logged(world: World, outcome: Outcome) -> Iterator[tuple[str, ...]]:
    mailing = outcome.mailing
    for kind, row, at, url, machine, nth, email in _happened(world, outcome):
        status = _STATUSES[kind]
        if kind == OPEN_EVENT:
            status = "Loaded by proxy" if machine else "First opening" if nth == 1 else "Opened"
        message = uuid5(NAMESPACE_URL, f"brevo {outcome.message_id(row)}").hex[:12]
        of = (
            local_time(at, "%d-%m-%Y %H:%M:%S"), mailing.subjects[outcome.variant[row]], "shop@shop.example",
            email, mailing.name, f"<{message}@smtp-relay.example>",
        )  # fmt: skip
        yield (status, *of, url or "NA")
        if kind == SENT_EVENT and row % 8 == 3:
            blocked = (*of[:3], f"left.{row}@example.org", *of[4:])
            yield ("Sent", *blocked, "NA")
            yield ("Blocked", *blocked, "NA")


def _posted(world: World, outcome: Outcome) -> Iterator[str]:
    mailing = outcome.mailing
    for kind, _, at, url, _, _, email in _happened(world, outcome):
        if kind in _POSTED:
            event = {
                "event": _POSTED[kind],
                "email": email,
                "camp_id": int(campaign_id(mailing)),
                "campaign name": mailing.name,
                "ts_event": at,
            }
            yield json.dumps({**event, "URL": url} if url else event, separators=(",", ":")) + "\n"
