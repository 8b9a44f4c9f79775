"""Writes Mailchimp's exports: the list of campaigns in two files, the audience, some campaigns' activity.

The older file of campaigns calls the audience `List`; its last campaigns had not run out when it was made, so
the newer file repeats them with higher counts. The audience knows each person's last membership only, and an
address that died as cleaned. The activity of the last campaigns tells no delivery, complaint or unsubscribe,
and no machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from demo.company.draw import DAY, HOUR
from demo.company.mail import (
    CLICK_EVENT,
    HARD,
    HARD_EVENT,
    LIST,
    OPEN_EVENT,
    SOFT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    MailList,
    Outcome,
)
from demo.company.people import tool_number
from demo.company.totals import totals
from demo.files import csv_file, local_time, moment, money_text, percent, text_file
from demo.world import World

SOURCE = "mailchimp"
ACTIVE_CAMPAIGNS = 3
_MEASURED = (
    "Send Date", "Send Weekday", "Total Recipients", "Successful Deliveries", "Soft Bounces", "Hard Bounces",
    "Total Bounces", "Times Forwarded", "Forwarded Opens", "Unique Opens", "Open Rate", "Total Opens",
    "Unique Clicks", "Click Rate", "Total Clicks", "Unsubscribes", "Abuse Complaints",
    "Times Liked on Facebook", "Folder Id", "Unique Id", "Total Orders", "Total Gross Sales", "Total Revenue",
)  # fmt: skip
_OF_THE_WEB = (
    "Analytics ROI", "Campaign Cost", "Revenue Created", "Visits", "New Visits", "Pages/Visit", "Bounce Rate",
    "Time on Site", "Goal Conversion Rate", "Per Visit Goal Value", "Transactions",
    "Ecommerce Conversion Rate", "Per Visit Value", "Average Value",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return f"{crc32(f'mailchimp {mailing.code}'.encode()):08x}{mailing.number % 256:02x}"


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    _campaigns(world, folder)
    _audience(world, folder)
    _activity(world, folder)


def _campaigns(world: World, folder: Path) -> None:
    mailings = [m for m in world.mailings_of(SOURCE) if m.list_code and m.channel == "email"]
    made = world.calendar.start + (world.days // 2) * DAY
    older = [mailing for mailing in mailings if mailing.sent_at < made]
    newer = [mailing for mailing in mailings if mailing.sent_at >= made - 40 * DAY]
    for name, audience, sent, until in (
        ("campaigns_1.csv", "List", older, made),
        ("campaigns_2.csv", "Audience", newer, world.calendar.end),
    ):
        with csv_file(folder / name, ("Title", "Subject", audience, *_MEASURED, *_OF_THE_WEB)) as file:
            file.rows(_rows(world, sent, until))


def _rows(world: World, mailings: list[Mailing], until: int) -> Iterator[tuple[Any, ...]]:
    """The newest campaign first; sums as they stood at the moment `until`."""
    for mailing in reversed(mailings):
        sums = totals(world.mail.outcome(mailing), world.sales, until)
        yield (
            mailing.name, mailing.subjects[0], LIST[mailing.list_code].title,
            local_time(mailing.sent_at, "%b %d, %Y %I:%M %p").replace("AM", "am").replace("PM", "pm"),
            local_time(mailing.sent_at, "%A"), f"{sums.recipients:,}", sums.delivered, sums.soft, sums.hard,
            sums.soft + sums.hard, 0, 0, sums.unique_opens, percent(sums.unique_opens, sums.delivered),
            sums.total_opens,
            sums.unique_clicks, percent(sums.unique_clicks, sums.delivered), sums.total_clicks,
            sums.unsubscribes,
            sums.complaints, 0, "", campaign_id(mailing), sums.orders, money_text(sums.revenue),
            money_text(sums.revenue),
            *["n/a"] * len(_OF_THE_WEB),
        )  # fmt: skip


_MEMBER = (
    "Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME",
    "CONFIRM_IP", "LAST_CHANGED", "LEID", "EUID", "NOTES",
)  # fmt: skip
_STATES = {
    "subscribed": ("TAGS",),
    "unsubscribed": ("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON"),
    "cleaned": ("CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"),
}


def _audience(world: World, folder: Path) -> None:
    """The files of the subscribed, the unsubscribed and the cleaned; every fifth member was imported."""
    (mail_list,) = (found for found in LIST.values() if found.tool == SOURCE)
    mailings = [mailing for mailing in world.mail.mailings if mailing.list_code == mail_list.code]
    rows: dict[str, list[tuple[Any, ...]]] = {state: [] for state in _STATES}
    for person, (joined, changed, state, ending) in sorted(_members(world, mail_list, mailings).items()):
        at, since = moment(changed).replace("T", " "), moment(joined).replace("T", " ")
        number = int(tool_number(SOURCE, np.asarray([person]))[0])
        rows[state].append(
            (
                world.people.written_email(person, 11),
                world.people.first_name(person),
                world.people.last_name(person),
                person % 4 + 1,
                "" if person % 5 == 0 else since,
                "" if person % 5 == 0 else "192.0.2.1",
                since,
                "192.0.2.1",
                at,
                number,
                f"{number:010x}",
                "",
                *(ending if state != "subscribed" else ("",)),
            )
        )
    for state, more in _STATES.items():
        with csv_file(folder / f"{state}_email_audience_export_5e7a0c.csv", (*_MEMBER, *more)) as file:
            file.rows(rows[state])


def _members(
    world: World, mail_list: MailList, mailings: list[Mailing]
) -> dict[int, tuple[int, int, str, tuple[str, ...]]]:
    """Person: since when a member, last change, state, and the cells that tell how it ended."""
    members = world.mail.memberships(mail_list.code)
    columns = (members.person, members.joined_at, members.left_at, members.end_mailing, members.end_kind)
    found: dict[int, tuple[int, int, str, tuple[str, ...]]] = {}
    for person, joined, left, place, kind in zip(*(column.tolist() for column in columns), strict=True):
        if person in found and found[person][0] > joined:
            continue
        by = (mailings[place].name, campaign_id(mailings[place])) if place >= 0 else ("", "")
        if left:
            cause = by if kind == UNSUBSCRIBE_EVENT else ("", "")
            ending = (
                moment(left).replace("T", " "),
                *cause,
                "NORMAL" if kind == UNSUBSCRIBE_EVENT else "OTHER",
            )
            found[person] = (joined, left, "unsubscribed", ending)
        elif kind == HARD_EVENT:
            died = mailings[place].sent_at + HOUR
            found[person] = (joined, died, "cleaned", (moment(died).replace("T", " "), *by))
        else:
            found[person] = (joined, joined, "subscribed", ())
    return found


def _activity(world: World, folder: Path) -> None:
    """Recipients and their acts, for the last campaigns nobody complained of (complaints are not told)."""
    mailings = [m for m in world.mailings_of(SOURCE) if m.list_code and m.channel == "email"]
    calm = (
        outcome for outcome in map(world.mail.outcome, reversed(mailings)) if not outcome.complained_at.any()
    )
    with (
        text_file(folder / "sent_to.jsonl") as sent_to,
        text_file(folder / "email_activity.jsonl") as activity,
    ):
        for outcome in islice(calm, ACTIVE_CAMPAIGNS):
            for line in _recipients(world, outcome):
                sent_to.write(json.dumps(line) + "\n")
            for line in _acts(world, outcome):
                activity.write(json.dumps(line) + "\n")


def _recipient(world: World, outcome: Outcome, row: int, salt: int) -> dict[str, Any]:
    person = int(outcome.person[row])
    return {
        "campaign_id": campaign_id(outcome.mailing),
        "list_id": "5e7a0c",
        "email_id": f"{person:032x}",
        "email_address": world.people.written_email(person, salt),
    }


def _recipients(world: World, outcome: Outcome) -> Iterator[dict[str, Any]]:
    for row, fate in enumerate(outcome.fate.tolist()):
        status = {HARD: "hard", SOFT: "soft"}.get(fate, "sent")
        variant = "ab"[outcome.variant[row]] if outcome.mailing.has_variants else ""
        yield {**_recipient(world, outcome, row, 2), "status": status, "absplit_group": variant}


def _acts(world: World, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """A bounce that was overcome is not told, nor a click of a machine; its open is, like any other."""
    events = outcome.events(world.calendar.end)
    columns = (events.kind, events.row, events.at, events.link, events.is_machine)
    for kind, row, at, link, machine in zip(*(column.tolist() for column in columns), strict=True):
        act: dict[str, Any] = {"timestamp": f"{moment(at)}+00:00"}
        if kind == OPEN_EVENT:
            act["action"] = "open"
        elif kind == CLICK_EVENT and not machine:
            act |= {"action": "click", "url": f"https://shop.example{outcome.mailing.links[link]}"}
        elif kind in (HARD_EVENT, SOFT_EVENT) and outcome.fate[row] in (HARD, SOFT):
            act |= {"action": "bounce", "type": "hard" if kind == HARD_EVENT else "soft"}
        else:
            continue
        yield {**_recipient(world, outcome, row, kind), **act}
