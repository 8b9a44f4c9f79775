"""Writes TikTok Ads' reports, newest day first: a workbook by campaign, then a CSV by ad."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from demo.company.spend import Media
from demo.files import csv_file
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
    with xlsxwriter.Workbook(str(folder / "report_by_campaign.xlsx")) as book:
        book.set_properties({"created": datetime(2026, 11, 10)})  # noqa: DTZ001  # a fixed stamp: same bytes
        sheet = book.add_worksheet("sheet1")
        sheet.write_row(0, 0, ["Date", "Campaign name", *_MEASURES])
        for row, spent in enumerate(older, start=1):
            sheet.write_row(row, 0, [*_names(world, spent), *_measures(spent)])
    header = ("By Day", "Campaign name", "Ad group name", "Ad name", *_MEASURES)
    with csv_file(folder / "report_by_ad.csv", header, encoding="utf-8-sig") as file:
        for spent in newer:
            cost, per_click, seen, rate, *rest = _measures(spent)
            names = (*_names(world, spent), "Homes", "Film 1")
            file.rows([(*names, _rounded(cost, 2), _rounded(per_click, 2), seen, _rounded(rate, 5), *rest)])


def _names(world: World, spent: Media) -> tuple[str, str]:
    return world.calendar.date_of(spent.day).isoformat(), world.calendar.ads[spent.ad].name


def _measures(spent: Media) -> tuple[Any, ...]:
    """Cells of a workbook, which are not rounded."""
    cost, clicks, seen = spent.cents / 100, spent.clicks, spent.impressions
    per_click, rate = (cost / clicks if clicks else "-"), (clicks / seen if seen else "-")
    return cost, per_click, seen, rate, clicks, spent.claimed or "-", "EUR"


def _rounded(figure: float | str, digits: int) -> str:
    return figure if isinstance(figure, str) else f"{figure:.{digits}f}"
