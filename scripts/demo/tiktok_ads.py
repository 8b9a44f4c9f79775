"""Writes TikTok Ads' reports, newest day first: a workbook by campaign, then a CSV by ad."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from demo.company.spend import Media
from demo.files import csv_file, fraction
from demo.world import World

SOURCE = "tiktok_ads"
_MEASURES = (
    "Cost", "CPC (destination)", "Impressions", "CTR (destination)", "Clicks (destination)", "Conversions",
    "Currency",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """The older half of the days as XLSX, the newer as CSV; what is none is a dash."""
    ads = world.calendar.ads
    bought = [spent for spent in reversed(world.media) if ads[spent.ad].platform == "tiktok"]
    older, newer = (
        [spent for spent in bought if (spent.day >= world.days // 2) is is_newer]
        for is_newer in (False, True)
    )
    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(folder / "report_by_campaign.xlsx"), {"strings_to_numbers": True}) as book:
        book.set_properties({"created": datetime(2026, 11, 10)})  # noqa: DTZ001  # a fixed stamp: same bytes
        sheet = book.add_worksheet("sheet1")
        sheet.write_row(0, 0, ["Date", "Campaign name", *_MEASURES])
        for row, spent in enumerate(older, start=1):
            sheet.write_row(row, 0, [*_names(world, spent), *_measures(spent)])
    header = ("By Day", "Campaign name", "Ad group name", "Ad name", *_MEASURES)
    with csv_file(folder / "report_by_ad.csv", header, encoding="utf-8-sig") as file:
        file.rows((*_names(world, spent), "Homes", "Film 1", *_measures(spent)) for spent in newer)


def _names(world: World, spent: Media) -> tuple[str, str]:
    return world.calendar.date_of(spent.day).isoformat(), world.calendar.ads[spent.ad].name


def _measures(spent: Media) -> tuple[Any, ...]:
    return (
        f"{spent.cents / 100:.2f}", f"{spent.cents / 100 / spent.clicks:.2f}" if spent.clicks else "-",
        spent.impressions, fraction(spent.clicks, spent.impressions) or "-", spent.clicks,
        spent.claimed or "-", "EUR",
    )  # fmt: skip
