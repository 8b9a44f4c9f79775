"""Writes Matomo's reports by day, as its interface exports them: UTF-16, translated headers."""

from __future__ import annotations

from pathlib import Path

from demo.company.calendar import CHANNELS
from demo.files import csv_file, local_time
from demo.ga4 import first_second, sessions_between
from demo.world import World

SOURCE = "matomo"
DAYS = (40, 10)
"""From how many to how many days back; Google Analytics tells of these days too."""
TYPES = {
    "direct": "Direct Entry",
    "organic_search": "Search Engines",
    "organic_social": "Social Networks",
    "referral": "Websites",
}
_SUMS = (
    "Visits", "Actions", "Bounces", "Total time spent by visitors (in seconds)", "Visits with Conversions",
    "Bounce Rate",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """Visits by day, and by day and type of channel."""
    by_type: dict[tuple[str, ...], list[int]] = {}
    start, end = (first_second(world, back) for back in DAYS)
    for block in sessions_between(world, start, end):
        for row in range(len(block.at)):
            day = local_time(int(block.at[row]), "%Y-%m-%d")
            kind = TYPES.get(CHANNELS[int(block.channel[row])].name, "Campaigns")
            gained = (
                1, int(block.page_views[row]), int(block.is_bounced[row]), int(block.engaged_seconds[row]),
                int(block.is_converted[row]),
            )  # fmt: skip
            for key in ((day,), (day, kind)):
                sums = by_type.get(key, [0, 0, 0, 0, 0])
                by_type[key] = [so_far + more for so_far, more in zip(sums, gained, strict=True)]
    for name, names in (("Visits overview", ("Date",)), ("Channel type", ("Date", "Channel Type"))):
        with csv_file(folder / f"{name}.csv", (*names, *_SUMS), encoding="utf-16") as file:
            file.rows(
                (*key, *sums, f"{100 * sums[2] / sums[0]:.0f}%")
                for key, sums in sorted(by_type.items())
                if len(key) == len(names)
            )
