"""Writes Amazon Ads' reports of sponsored products: the older by range of days, the newer by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from demo.company.spend import Media
from demo.files import csv_file, money_text, percent
from demo.world import World

SOURCE = "amazon_ads"
_HEADER = (
    "Portfolio name", "Currency", "Campaign Name", "Impressions", "Clicks", "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)", "Spend", "14 Day Total Sales ", "Total Advertising Cost of Sales (ACOS) ",
    "Total Return on Advertising Spend (ROAS)", "14 Day Total Orders (#)", "14 Day Total Units (#)",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """Amounts bear their currency's sign; what the platform claims to have sold stands beside them."""
    ads = world.calendar.ads
    bought = [spent for spent in world.media if ads[spent.ad].platform == "amazon"]
    older, newer = (
        [spent for spent in bought if (spent.day >= world.days // 2) is is_newer]
        for is_newer in (False, True)
    )
    with csv_file(folder / "campaigns_summary.csv", ("Start Date", "End Date", *_HEADER)) as file:
        for flight in _flights(older):
            first, last = (world.calendar.date_of(flight[place].day) for place in (0, -1))
            file.rows([(_written(first), _written(last), *_row(world, flight))])
    with csv_file(folder / "campaigns_daily.csv", ("Date", *_HEADER), encoding="utf-8-sig") as file:
        file.rows((world.calendar.date_of(spent.day), *_row(world, [spent])) for spent in newer)


def _flights(bought: Sequence[Media]) -> Iterator[list[Media]]:
    """Unbroken runs of days of the one campaign."""
    for _, flight in groupby(enumerate(bought), key=lambda place: place[1].day - place[0]):
        yield [spent for _, spent in flight]


def _written(day: date) -> str:
    """`Feb 1, 2026`."""
    return f"{day:%b} {day.day}, {day.year}"


def _row(world: World, flight: Sequence[Media]) -> tuple[Any, ...]:
    cents, seen, clicks, claimed = (
        sum(getattr(spent, name) for spent in flight)
        for name in ("cents", "impressions", "clicks", "claimed")
    )
    sold = claimed * 5900
    return (
        "Shop", "EUR", world.calendar.ads[flight[0].ad].name, seen, clicks, percent(clicks, seen),
        f"€{money_text(round(cents / clicks))}" if clicks else "", f"€{money_text(cents)}",
        f"€{money_text(sold)}", percent(cents, sold) if sold else "", f"{sold / cents:.2f}", claimed, claimed,
    )  # fmt: skip
