"""Writes ActiveCampaign's report of all campaigns, the older one before the last had settled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo.company.draw import DAY
from demo.company.mail import LIST, Mailing
from demo.company.totals import totals
from demo.files import csv_file, local_time, percent
from demo.world import World

SOURCE = "activecampaign"
_HEADER = (
    "Campaign ID", "Campaign", "Type", "Send Date", "List", "Subject", "Sends", "Opens", "Open Rate",
    "Clicks", "Click Rate", "Click-to-Open Rate", "Unsubscribes", "Unsubscribe Rate", "Hard Bounces",
    "Soft Bounces", "Bounce Rate",
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return str(mailing.number + 300)


def write(world: World, folder: Path) -> None:
    """Writes both reports into `folder`."""
    end = world.calendar.end
    for number, until in enumerate((end - 20 * DAY, end), 1):
        with csv_file(folder / f"campaigns_{number}.csv", _HEADER) as file:
            for mailing in world.mailings_of(SOURCE):
                if mailing.channel == "email" and mailing.sent_at <= until:
                    file.rows(_row(world, mailing, until))


def _row(world: World, mailing: Mailing, until: int) -> Iterator[tuple[Any, ...]]:
    """A campaign's row, nothing before anything of it was sent; of an automation the day it was last sent."""
    outcome = world.mail.outcome(mailing)
    sums = totals(outcome, world.sales, until)
    if not sums.recipients:
        return
    last = mailing.sent_at or int(outcome.sent_at[outcome.sent_at <= until].max())
    yield (
        campaign_id(mailing), mailing.name, "One-time" if mailing.list_code else "Automation",
        local_time(last, "%Y-%m-%d %H:%M:%S"), LIST[mailing.list_code].title if mailing.list_code else "",
        mailing.subjects[0], sums.recipients, sums.unique_opens, percent(sums.unique_opens, sums.recipients),
        sums.unique_clicks, percent(sums.unique_clicks, sums.recipients),
        percent(sums.unique_clicks, sums.unique_opens), sums.unsubscribes,
        percent(sums.unsubscribes, sums.recipients), sums.hard, sums.soft,
        percent(sums.hard + sums.soft, sums.recipients),
    )  # fmt: skip
