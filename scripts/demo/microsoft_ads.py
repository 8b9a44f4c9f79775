"""Writes Microsoft Advertising's campaign performance report."""

from __future__ import annotations

from pathlib import Path

from demo.files import csv_file
from demo.world import World

SOURCE = "microsoft_ads"
_HEADER = ("Gregorian date", "Campaign name", "Campaign ID", "Impressions", "Clicks", "Spend", "Conversions")


def write(world: World, folder: Path) -> None:
    """A row a campaign and day."""
    ads = world.calendar.ads
    with csv_file(folder / "campaign_performance.csv", _HEADER, encoding="utf-8-sig") as file:
        file.rows(
            (
                world.calendar.date_of(spent.day), ads[spent.ad].name, ads[spent.ad].campaign_id,
                spent.impressions, spent.clicks, f"{spent.cents / 100:.2f}", spent.claimed,
            )
            for spent in world.media
            if ads[spent.ad].platform == "microsoft"
        )  # fmt: skip
