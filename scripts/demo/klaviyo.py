"""Writes Klaviyo's exports: campaigns, the reports on campaign and flow performance, forms, and events.

The export of campaigns covers the first two thirds of the time (one row a variant), the report the second
half: where both tell of a campaign, the report is the better one, since it knows Apple's opens. Counts are
written `64517.0`. The last campaigns stand as single events too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from demo.company.draw import DAY, Flags
from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    LIST,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.people import tool_number
from demo.company.totals import Totals, totals
from demo.files import csv_file, fraction, local_time, money_text, percent, text_file
from demo.world import World

SOURCE = "klaviyo"
EVENT_CAMPAIGNS = 3
_CAMPAIGN = (
    "Campaign Name", "Tags", "Subject", "List", "Send Time", "Send Weekday", "Total Recipients",
    "Unique Placed Order", "Placed Order Rate", "Revenue", "Unique Opens", "Open Rate", "Total Opens",
    "Unique Clicks", "Click Rate", "Total Clicks", "Unsubscribes", "Spam Complaints", "Spam Complaints Rate",
    "Successful Deliveries", "Bounces", "Bounce Rate", "Campaign ID", "Campaign Channel", "Variant",
)  # fmt: skip
_MEASURES = (
    "Total Recipients", "Open Rate", "Click Rate", "Unsubscribe Rate", "Bounce Rate", "Spam Complaints Rate",
    "Total Opens", "Unique Opens", "Total Apple Privacy Opens", "Unique Apple Privacy Opens", "Unique Clicks",
    "Total Clicks", "Total Unsubscribes", "Unique Unsubscribes", "Spam Complaints", "Bounces",
    "Total Placed Order", "Unique Placed Order",
)  # fmt: skip
_PERFORMANCE = (
    "Date", "Campaign Message ID", "Campaign Message Name", "Send Date", "Send Time", *_MEASURES, "Tags",
    "Subject",
    "Preview Text", "List", "Excluded List", "Day of Week", "Campaign Message Channel",
)  # fmt: skip
_FLOW = (
    "Date", "Flow ID", "Flow Name", "Message ID", "Message Name", "Message Channel", "Status", *_MEASURES,
    "Message Status",
)  # fmt: skip
_FORMS = (
    ("Corner sign-up", 41, 0.09), ("Leaving offer", 27, 0.05), ("Back in stock", 12, 0.21),
)  # fmt: skip


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign (or flow message) in this source."""
    return f"01K{crc32(f'klaviyo {mailing.code}'.encode()):010d}".upper()


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    mailings = [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]
    one_off = [mailing for mailing in mailings if mailing.list_code]
    start, length = world.calendar.start, world.days * DAY
    with csv_file(folder / "campaigns.csv", _CAMPAIGN) as file:
        for mailing in one_off:
            if mailing.sent_at < start + length * 2 // 3:
                file.rows(_campaign(world, mailing))
    with csv_file(folder / "campaign_performance.csv", _PERFORMANCE) as file:
        file.rows(
            _performance(world, mailing) for mailing in one_off if mailing.sent_at >= start + length // 2
        )
    with csv_file(folder / "flows.csv", _FLOW) as file:
        for mailing in mailings:
            if mailing.journey:
                file.rows(_flow(world, mailing))
    _forms(world, folder)
    _events(world, folder, one_off[-EVENT_CAMPAIGNS:])


def _count(value: int) -> str:
    return f"{value}.0"


def _campaign(world: World, mailing: Mailing) -> Iterator[tuple[Any, ...]]:
    """One row a variant."""
    outcome = world.mail.outcome(mailing)
    for variant, subject in enumerate(mailing.subjects):
        sums = totals(outcome, world.sales, world.calendar.end, outcome.variant == variant)
        bounces = sums.hard + sums.soft
        yield (
            mailing.name, "offers", subject, LIST[mailing.list_code].title, local_time(mailing.sent_at,
            "%Y-%m-%d %H:%M:%S"),
            local_time(mailing.sent_at, "%A"), _count(sums.recipients), _count(sums.orders),
            percent(sums.orders, sums.delivered), money_text(sums.revenue), _count(sums.unique_opens),
            percent(sums.unique_opens, sums.delivered), _count(sums.total_opens), _count(sums.unique_clicks),
            percent(sums.unique_clicks, sums.delivered), _count(sums.total_clicks), _count(sums.unsubscribes),
            _count(sums.complaints), percent(sums.complaints, sums.delivered), _count(sums.delivered),
            _count(bounces),
            percent(bounces, sums.recipients), campaign_id(mailing), "email",
            f"Variation {'AB'[variant]}" if mailing.has_variants else "",
        )  # fmt: skip


def _measures(sums: Totals) -> tuple[Any, ...]:
    bounces = sums.hard + sums.soft
    return (
        sums.recipients, fraction(sums.unique_opens, sums.delivered), fraction(sums.unique_clicks,
        sums.delivered),
        fraction(sums.unsubscribes, sums.delivered), fraction(bounces, sums.recipients),
        fraction(sums.complaints, sums.delivered), sums.total_opens, sums.unique_opens,
        sums.total_machine_opens,
        sums.machine_only_opens, sums.unique_clicks, sums.total_clicks, sums.unsubscribes,
        sums.unsubscribes, sums.complaints,
        bounces, sums.orders, sums.orders,
    )  # fmt: skip


def _performance(world: World, mailing: Mailing) -> tuple[Any, ...]:
    sums = totals(world.mail.outcome(mailing), world.sales, world.calendar.end)
    day = local_time(mailing.sent_at, "%Y-%m-%d")
    return (
        day, campaign_id(mailing), mailing.name, day, local_time(mailing.sent_at, "%I:%M %p"),
        *_measures(sums), "offers",
        "[MULTIPLE VARIATIONS]" if mailing.has_variants else mailing.subjects[0], "",
        LIST[mailing.list_code].title, "",
        local_time(mailing.sent_at, "%A"), "Email",
    )  # fmt: skip


def _flow(world: World, mailing: Mailing) -> Iterator[tuple[Any, ...]]:
    """One row a day on which the flow message was sent."""
    outcome: Outcome = world.mail.outcome(mailing)
    day_of = outcome.sent_at // DAY
    name = mailing.journey
    for day in np.unique(day_of).tolist():
        kept: Flags = day_of == day
        sums = totals(outcome, world.sales, world.calendar.end, kept)
        yield (
            local_time(day * DAY, "%Y-%m-%d"), f"F{crc32(mailing.journey.encode()) % 10**6:06d}", name,
            campaign_id(mailing),
            mailing.name, "Email", "live", *_measures(sums), "live",
        )  # fmt: skip


def _forms(world: World, folder: Path) -> None:
    header = (
        "form_id", "form_name", "form_status", "created_at", "updated_at", "closed_form", "viewed_form",
        "viewed_form_uniques", "submits", "submit_rate",
    )  # fmt: skip
    with csv_file(folder / "forms.csv", header) as file:
        for number, (name, daily, share) in enumerate(_FORMS):
            made = world.calendar.start + (40 + number * world.days // 4) * DAY
            views = daily * ((world.calendar.end - made) // DAY)
            submits = round(views * share)
            if views > 0:
                file.rows(
                    [
                        (
                            f"X{number + 1}Yk7", name, "live", local_time(made, "%Y-%m-%dT%H:%M:%S+00:00"),
                            local_time(made + 30 * DAY, "%Y-%m-%dT%H:%M:%S+00:00"), views // 2, views,
                            views * 4 // 5,
                            submits, fraction(submits, views),
                        )
                    ]
                )  # fmt: skip


_METRICS = {
    DELIVERED_EVENT: "Received Email",
    HARD_EVENT: "Bounced Email",
    SOFT_EVENT: "Bounced Email",
    OPEN_EVENT: "Opened Email",
    CLICK_EVENT: "Clicked Email",
    UNSUBSCRIBE_EVENT: "Unsubscribed",
    COMPLAINT_EVENT: "Marked Email as Spam",
}


def _events(world: World, folder: Path, mailings: list[Mailing]) -> None:
    """JSON lines, one an event; a profile that was dropped or looked at the shop is among them."""
    with text_file(folder / "events.jsonl.gz") as file:
        for mailing in mailings:
            outcome = world.mail.outcome(mailing)
            for number, line in enumerate(_event_lines(world, outcome)):
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
                if number % 40 == 0:
                    noise = {**line, "id": f"{line['id']}x", "metric_name": "Dropped Email"}
                    file.write(json.dumps(noise, separators=(",", ":")) + "\n")


def _event_lines(world: World, outcome: Outcome) -> Iterator[dict[str, Any]]:
    mailing, events = outcome.mailing, outcome.events(world.calendar.end)
    columns = (events.kind, events.row, events.at, events.link, events.is_machine)
    profiles = tool_number(SOURCE, outcome.person).tolist()
    for number, (kind, row, at, link, machine) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        if kind == SENT_EVENT:
            continue
        properties: dict[str, Any] = {
            "$message": campaign_id(mailing),
            "$_cohort$message_send_cohort": f"{mailing.sent_at}:{campaign_id(mailing)}",
            "Campaign Name": mailing.name,
            "Subject": mailing.subjects[outcome.variant[row]],
        }
        if mailing.has_variants:
            properties["$variation"] = f"Variation {'AB'[outcome.variant[row]]}"
        if kind in (HARD_EVENT, SOFT_EVENT):
            properties["Bounce Type"] = "Hard" if kind == HARD_EVENT else "Soft"
        elif kind == OPEN_EVENT:
            properties["machine_open"] = machine
        elif kind == CLICK_EVENT:
            properties |= {"Bot Click": machine, "URL": f"https://shop.example{mailing.links[link]}"}
        yield {
            "id": f"{mailing.number:03d}{number:06d}",
            "metric_name": _METRICS[kind],
            "person_id": f"01H{profiles[row]}",
            "email": world.people.written_email(int(outcome.person[row]), kind),
            "timestamp": local_time(at, "%Y-%m-%dT%H:%M:%S+00:00"),
            "properties": properties,
        }
