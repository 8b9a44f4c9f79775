"""Writes Mailchimp's exports: the list of campaigns, in two files.

The older file calls the audience `List`; its last campaigns had not run out when it was made, so the newer
file repeats them with higher counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from demo.company.draw import DAY
from demo.company.mail import LIST, Mailing
from demo.company.totals import totals
from demo.files import csv_file, local_time, money_text, percent
from demo.world import World

SOURCE = "mailchimp"
_MEASURED = (
    "Send Date", "Send Weekday", "Total Recipients", "Successful Deliveries", "Soft Bounces",
    "Hard Bounces", "Total Bounces",
    "Times Forwarded", "Forwarded Opens", "Unique Opens", "Open Rate", "Total Opens", "Unique Clicks",
    "Click Rate",
    "Total Clicks", "Unsubscribes", "Abuse Complaints", "Times Liked on Facebook", "Folder Id", "Unique Id",
    "Total Orders",
    "Total Gross Sales", "Total Revenue",
)  # fmt: skip
_OF_THE_WEB = (
    "Analytics ROI", "Campaign Cost", "Revenue Created", "Visits", "New Visits", "Pages/Visit",
    "Bounce Rate", "Time on Site",
    "Goal Conversion Rate", "Per Visit Goal Value", "Transactions", "Ecommerce Conversion Rate",
    "Per Visit Value",
    "Average Value",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return f"{crc32(f'mailchimp {mailing.code}'.encode()):08x}{mailing.number % 256:02x}"


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    _campaigns(world, folder)


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
