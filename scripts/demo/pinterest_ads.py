"""Writes Pinterest Ads' report by day, campaign, ad group and ad."""

from __future__ import annotations

from pathlib import Path

from demo.files import csv_file, percent
from demo.world import World

SOURCE = "pinterest_ads"
_HEADER = (
    "Date", "Campaign name", "Ad group name", "Ad name", "Ad ID", "Spend in account currency", "Currency",
    "Impressions", "Pin clicks", "CTR", "Total conversions",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """One file."""
    ads = world.calendar.ads
    with csv_file(folder / "report.csv", _HEADER) as file:
        file.rows(
            (
                world.calendar.date_of(spent.day), ads[spent.ad].name, "Homes", "Pin 1", "687201361754",
                f"{spent.cents / 100:.2f}", "EUR", spent.impressions, spent.clicks,
                percent(spent.clicks, spent.impressions), spent.claimed,
            )
            for spent in world.media
            if ads[spent.ad].platform == "pinterest"
        )  # fmt: skip
