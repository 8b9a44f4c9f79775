"""Writes Plausible's export: visits by day, and by day and origin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo.company.calendar import CHANNELS
from demo.files import csv_file, local_time
from demo.ga4 import first_second, sessions_between
from demo.world import World

SOURCE = "plausible"
DAYS = (60, 20)
"""From how many to how many days back; Google Analytics tells of these days too."""
_VISITORS = ("date", "visitors", "pageviews", "bounces", "visits", "visit_duration")
_SOURCES = (
    "date", "source", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term",
    "pageviews", "visitors", "visits", "visit_duration", "bounces",
)  # fmt: skip
_UNTAGGED = {"organic_search": ("Google", "google.com"), "organic_social": ("Instagram", "instagram.com")}

Sums = dict[tuple[str, ...], list[int]]
"""Visits, page views, seconds and bounces."""


def write(world: World, folder: Path) -> None:
    """Two files of one export, named by their days."""
    by_origin = _by_origin(world)
    by_day: Sums = {}
    for key, sums in by_origin.items():
        _add(by_day, key[:1], sums)
    start, end = (first_second(world, back) for back in DAYS)
    name = f"{local_time(start, '%Y%m%d')}_{local_time(end - 1, '%Y%m%d')}.csv"
    with csv_file(folder / f"imported_visitors_{name}", _VISITORS) as file:
        file.rows(
            (*key, visits, views, bounces, visits, seconds)
            for key, (visits, views, seconds, bounces) in sorted(by_day.items())
        )
    with csv_file(folder / f"imported_sources_{name}", _SOURCES) as file:
        file.rows(
            (*key, "", "", views, visits, visits, seconds, bounces)
            for key, (visits, views, seconds, bounces) in sorted(by_origin.items())
        )


def _add(sums: Sums, key: tuple[str, ...], gained: Sequence[int]) -> None:
    sums[key] = [so_far + more for so_far, more in zip(sums.get(key, [0, 0, 0, 0]), gained, strict=True)]


def _by_origin(world: World) -> Sums:
    found: Sums = {}
    start, end = (first_second(world, back) for back in DAYS)
    for block in sessions_between(world, start, end):
        for row in range(len(block.at)):
            utm = block.utms[block.campaign[row]] if block.campaign[row] >= 0 else ""
            origin = _origin(int(block.channel[row]), block.source, utm)
            key = (local_time(int(block.at[row]), "%Y-%m-%d"), *origin)
            gained = (
                1, int(block.page_views[row]), int(block.engaged_seconds[row]), int(block.is_bounced[row])
            )  # fmt: skip
            _add(found, key, gained)
    return found


def _origin(number: int, source: str, utm: str) -> tuple[Any, ...]:
    """Source, referrer, and the tags source, medium and campaign."""
    channel = CHANNELS[number]
    if channel.name == "direct":
        return ("", "", "", "", "")
    if channel.name in _UNTAGGED:
        return (*_UNTAGGED[channel.name], "", "", "")
    if channel.name == "referral":
        return (channel.source, f"{channel.source}/lamps", "", "", "")
    tagged = source or channel.source
    return (tagged, "", tagged, channel.medium, utm)
