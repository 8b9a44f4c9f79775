"""Writes LinkedIn Campaign Manager's report: UTF-16, tabs, lines before the header."""

from __future__ import annotations

from pathlib import Path

from demo.files import CsvWriter, text_file
from demo.world import World

SOURCE = "linkedin_ads"
_HEADER = (
    "Start Date (in UTC)", "Account Name", "Currency", "Campaign Name", "Campaign Type", "Campaign Objective",
    "Total Spent", "Impressions", "Clicks", "Conversions", "Click Conversions", "View Conversions",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """A row a campaign and day."""
    ads = world.calendar.ads
    with text_file(folder / "campaign_performance.csv", encoding="utf-16") as text:
        text.write("Campaign Performance Report (in UTC)\n\n")
        CsvWriter(text, _HEADER, "\t").rows(
            (
                f"{world.calendar.date_of(spent.day):%m/%d/%Y}", "Lantern & Loom", "EUR", ads[spent.ad].name,
                "Sponsored Content", "Lead generation", f"{spent.cents / 100:.2f}", spent.impressions,
                spent.clicks, spent.claimed, spent.claimed - spent.claimed // 2, spent.claimed // 2,
            )
            for spent in world.media
            if ads[spent.ad].platform == "linkedin"
        )  # fmt: skip
