"""Writes Microsoft Advertising's campaign performance report, its total below the days."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo.company.spend import Media
from demo.files import csv_file, percent
from demo.world import World

SOURCE = "microsoft_ads"
_HEADER = (
    "Gregorian date", "Campaign name", "Campaign ID", "Impressions", "Clicks", "CTR", "Avg. CPC", "Spend",
    "Conversions",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """A row a campaign and day, then the total."""
    ads = world.calendar.ads
    bought = [spent for spent in world.media if ads[spent.ad].platform == "microsoft"]
    with csv_file(folder / "campaign_performance.csv", _HEADER, encoding="utf-8-sig") as file:
        file.rows(
            (
                world.calendar.date_of(spent.day), ads[spent.ad].name, ads[spent.ad].campaign_id,
                *_measures((spent,)),
            )
            for spent in bought
        )  # fmt: skip
        file.rows([("Overall total", "", "", *_measures(bought))])


def _measures(bought: Sequence[Media]) -> tuple[Any, ...]:
    impressions, clicks, cents, claimed = (
        sum(getattr(spent, name) for spent in bought)
        for name in ("impressions", "clicks", "cents", "claimed")
    )
    return (
        impressions, clicks, percent(clicks, impressions), f"{cents / 100 / clicks:.2f}" if clicks else "",
        f"{cents / 100:.2f}", claimed,
    )  # fmt: skip
