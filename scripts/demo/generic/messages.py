"""Campaigns, e-mail as events and as sums, text messages and pushes, inbox tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import DAY, Ints
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
    Outcome,
)
from demo.files import csv_file, flags, times
from demo.generic.common import SOURCE, campaign_id, member_columns
from demo.world import World

DOUBLED_LETTERS = ("hl05", "hl14")
_EVENT_NAMES = {
    SENT_EVENT: "sent", DELIVERED_EVENT: "delivered", HARD_EVENT: "bounced", SOFT_EVENT: "bounced",
    OPEN_EVENT: "opened", CLICK_EVENT: "clicked", UNSUBSCRIBE_EVENT: "unsubscribed",
    COMPLAINT_EVENT: "complained",
}  # fmt: skip
_EVENT_CODES = {
    SENT_EVENT: "s", DELIVERED_EVENT: "d", HARD_EVENT: "h", SOFT_EVENT: "b", OPEN_EVENT: "o",
    CLICK_EVENT: "c", UNSUBSCRIBE_EVENT: "u", COMPLAINT_EVENT: "x",
}  # fmt: skip


def campaigns(world: World, folder: Path) -> None:
    """This source's mailings."""
    header = ("campaign_id", "campaign_name", "channel", "campaign_type", "journey", "segment")
    with csv_file(folder / "campaigns.csv", header) as file:
        file.rows(
            (campaign_id(mailing), mailing.name, mailing.channel, mailing.kind, mailing.journey, "")
            for mailing in world.mailings_of(SOURCE)
        )


def _event_columns(world: World, outcome: Outcome) -> tuple[list[Any], Ints]:
    """The columns of email_events for one mailing, in time order, and the moments."""
    mailing = outcome.mailing
    events = outcome.events(world.calendar.end)
    ids = [outcome.message_id(row) for row in range(len(outcome.person))]
    named = [member_columns(world, person) for person in outcome.person.tolist()]
    rows, kinds, nths, machines = (
        column.tolist() for column in (events.row, events.kind, events.nth, events.is_machine)
    )
    sent = [kind == SENT_EVENT for kind in kinds]
    segments = [words.SEGMENTS[segment] for segment in world.people.segment[outcome.person].tolist()]
    variants = ["AB"[variant] if mailing.has_variants else "" for variant in outcome.variant.tolist()]
    subjects = [mailing.subjects[variant] for variant in outcome.variant.tolist()]
    personal = flags(outcome.is_personalised)
    code = campaign_id(mailing)
    columns: list[Any] = [
        [
            f"{ids[row]}{_EVENT_CODES[kind]}{'m' if machine else ''}{nth if nth > 1 else ''}"
            for row, kind, nth, machine in zip(rows, kinds, nths, machines, strict=True)
        ],
        [_EVENT_NAMES[kind] for kind in kinds],
        [ids[row] for row in rows],
        [named[row][0] for row in rows],
        [named[row][1] if first or not named[row][0] else "" for row, first in zip(rows, sent, strict=True)],
        [mailing.channel] * len(rows),
        [code] * len(rows),
        [segments[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [subjects[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [variants[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [personal[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        times(events.at),
        ["hard" if kind == HARD_EVENT else "soft" if kind == SOFT_EVENT else "" for kind in kinds],
        ["true" if machine else "" for machine in machines],
    ]
    return columns, events.at


def email_events(world: World, folder: Path) -> None:
    """The first half of the events in one file, the rest in another, which repeats the last 12 days."""
    header = (
        "event_id", "event_type", "message_id", "email", "person_id", "channel", "campaign_id", "segment",
        "subject", "variant", "is_personalized", "occurred_at", "bounce_type", "is_machine",
    )  # fmt: skip
    middle = world.calendar.start + world.days // 2 * DAY
    with (
        csv_file(folder / "email_events_1.csv", header) as first,
        csv_file(folder / "email_events_2.csv", header) as second,
    ):
        for mailing in world.mailings_of(SOURCE):
            if mailing.channel != "email" or mailing.is_only_reported:
                continue
            for outcome in world.mail.outcome(mailing).blocks():
                columns, at = _event_columns(world, outcome)
                halves = ((first, 0, middle), (second, middle - 12 * DAY, world.calendar.end))
                for file, lowest, highest in halves:
                    start = int(np.searchsorted(at, lowest))
                    stop = int(np.searchsorted(at, highest, side="right"))
                    file.columns(*(column[start:stop] for column in columns))


def email_messages(world: World, folder: Path) -> None:
    """Text messages and pushes: one row a message."""
    header = (
        "message_id", "email", "person_id", "channel", "campaign_id", "segment", "subject", "variant",
        "is_personalized", "sent_at", "delivered_at", "bounced_at", "bounce_type", "opened_at",
        "machine_opened_at", "clicked_at", "unsubscribed_at", "complained_at", "converted_at",
    )  # fmt: skip
    with csv_file(folder / "email_messages.csv", header) as file:
        for mailing in world.mailings_of(SOURCE):
            if mailing.channel == "email":
                continue
            for outcome in world.mail.outcome(mailing).blocks():
                named = [member_columns(world, person) for person in outcome.person.tolist()]
                size = len(named)
                bounced = times(outcome.bounced_at)
                file.columns(
                    [outcome.message_id(row) for row in range(size)],
                    [email for email, _ in named],
                    [person_id for _, person_id in named],
                    [mailing.channel] * size,
                    [campaign_id(mailing)] * size,
                    [words.SEGMENTS[segment] for segment in world.people.segment[outcome.person].tolist()],
                    [""] * size,
                    [""] * size,
                    flags(outcome.is_personalised),
                    times(outcome.sent_at),
                    times(outcome.delivered_at),
                    bounced,
                    ["hard" if at else "" for at in bounced],
                    [""] * size,
                    [""] * size,
                    times(outcome.click_at),
                    times(outcome.unsubscribed_at),
                    [""] * size,
                    times(outcome.bought_at),
                )


def email_stats(world: World, folder: Path) -> None:
    """Sums by day, segment and variant: of the Trade letter, and too low ones of DOUBLED_LETTERS."""
    header = (
        "date", "campaign_id", "channel", "segment", "subject", "variant", "is_personalized", "sent",
        "delivered", "bounces", "hard_bounces", "soft_bounces", "unique_opens", "machine_opens",
        "unique_clicks", "opened_and_clicked", "unsubscribes", "complaints", "conversions",
    )  # fmt: skip
    with csv_file(folder / "email_stats.csv", header) as file:
        for mailing in world.mailings_of(SOURCE):
            if not mailing.is_only_reported and mailing.code not in DOUBLED_LETTERS:
                continue
            outcome = world.mail.outcome(mailing)
            if mailing.is_only_reported:
                kept = np.ones(len(outcome.person), dtype=bool)
            else:
                kept = np.arange(len(outcome.person)) % 3 > 0
            file.rows(_stats(world, outcome, kept))


def _stats(world: World, outcome: Outcome, kept: np.ndarray[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """One row a day, segment and variant with the sums of the messages `kept`."""
    mailing = outcome.mailing
    segment_of = world.people.segment[outcome.person]
    day_of = outcome.sent_at // DAY
    arrived = outcome.is_delivered
    opened = arrived & ((outcome.open_at > 0) | (outcome.machine_open_at > 0))
    clicked = arrived & (outcome.click_at > 0)
    measures = (
        arrived, ~arrived, outcome.fate == HARD, outcome.fate == SOFT, opened,
        opened & (outcome.open_at == 0), clicked, opened & clicked, outcome.unsubscribed_at > 0,
        outcome.complained_at > 0, outcome.bought_at > 0,
    )  # fmt: skip
    for day in np.unique(day_of).tolist():
        for segment, name in enumerate(words.SEGMENTS):
            for variant, subject in enumerate(mailing.subjects):
                cell = kept & (day_of == day) & (segment_of == segment) & (outcome.variant == variant)
                if cell.any():
                    yield (
                        times(np.asarray([day * DAY]), "D")[0], campaign_id(mailing), mailing.channel, name,
                        subject, "AB"[variant] if mailing.has_variants else "",
                        str(mailing.personalised[variant]).lower(), int(cell.sum()),
                        *(int((cell & measure).sum()) for measure in measures),
                    )  # fmt: skip


def inbox_tests(world: World, folder: Path) -> None:
    """Where the seed addresses found each House letter."""
    header = ("test_id", "seed_address", "tested_at", "campaign_id", "mailbox_provider", "placement")
    with csv_file(folder / "inbox_tests.csv", header) as file:
        at = times(np.asarray([placed.at for placed in world.inbox_tests], dtype=np.int64))
        file.rows(
            (
                f"T{placed.test:03d}",
                placed.seed_address,
                moment,
                campaign_id(placed.mailing),
                placed.provider,
                placed.placement,
            )
            for placed, moment in zip(world.inbox_tests, at, strict=True)
        )
