"""Writes Brevo's export of campaign recipients: semicolons, a column a link, the older half gzipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import DAY
from demo.company.mail import HARD, SOFT, Mailing
from demo.files import csv_file, local_times
from demo.world import World

SOURCE = "brevo"
_HEADER = (
    "Campaign ID", "Campaign Name", "Email_ID", "Send_Date", "Delivered_Date", "Open_Date", "Total Opens",
    "Total Apple MPP Opens", "Unsubscribe_Date", "Hard_Bounce_Date", "Hard_Bounce_Reason", "Soft_Bounce_Date",
    "Soft_Bounce_Reason", "Open_IP", "Click_IP", "Unsubscribe_IP", "Clicked_Links_Count", "Complaint_date",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return str(mailing.number + 40)


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    mailings = [
        mailing for mailing in world.mailings_of(SOURCE) if mailing.list_code and mailing.channel == "email"
    ]
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
