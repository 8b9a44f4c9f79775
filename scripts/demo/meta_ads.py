"""Writes Meta Ads' exports: the currency in the header, sums first; flights of several days, then days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from demo.company.spend import Media
from demo.files import csv_file
from demo.world import World

SOURCE = "meta_ads"
VALUE = 64.5
"""What the pixel says a purchase is worth, in euros."""
_HEADER = (
    "Reporting starts", "Reporting ends", "Campaign name", "Ad set name", "Ad name", "Amount spent (EUR)",
    "Impressions", "Reach", "Link clicks", "CPC (cost per link click) (EUR)", "CTR (link click-through rate)",
    "Results", "Result indicator", "Purchases",
    "Purchases conversion value", "Attribution setting",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """Runs of days in the older half as one row each, the newer half by day, where an ad and its copy ran."""
    bought = [spent for spent in world.media if world.calendar.ads[spent.ad].platform == "meta"]
    middle = world.days // 2
    older, newer = (
        [spent for spent in bought if (spent.day >= middle) is is_newer] for is_newer in (False, True)
    )
    with csv_file(folder / "ads_by_period.csv", _HEADER, encoding="utf-8-sig") as file:
        file.rows([_summary(world, older), *_by_flight(world, older)])
    with csv_file(folder / "ads_by_day.csv", _HEADER, encoding="utf-8-sig") as file:
        parts = (part for spent in newer for part in _copies(spent))
        file.rows([_summary(world, newer), *(_row(world, (part,)) for part in parts)])


def _summary(world: World, bought: Sequence[Media]) -> tuple[Any, ...]:
    """The row of sums, which names no campaign."""
    first, last, _, _, _, *sums = _row(world, bought)
    return (first, last, "", "", "", *sums)


def _by_flight(world: World, bought: Sequence[Media]) -> Iterator[tuple[Any, ...]]:
    """A row a campaign and unbroken run of days."""
    for ad in sorted({spent.ad for spent in bought}):
        mine = [spent for spent in bought if spent.ad == ad]
        for _, flight in groupby(enumerate(mine), key=lambda place: place[1].day - place[0]):
            yield _row(world, tuple(spent for _, spent in flight))


def _copies(spent: Media) -> Iterator[Media]:
    """On every third day the ad and its copy of the same name: two rows that only their counts tell apart."""
    if spent.day % 3:
        yield spent
        return
    numbers = (spent.cents, spent.impressions, spent.clicks, spent.claimed)
    copy = tuple(number // 3 for number in numbers)
    rest = tuple(number - part for number, part in zip(numbers, copy, strict=True))
    yield from (Media(spent.day, spent.ad, *part) for part in (copy, rest))


def _row(world: World, flight: Sequence[Media]) -> tuple[Any, ...]:
    cents, impressions, clicks, claimed = (
        sum(getattr(spent, name) for spent in flight)
        for name in ("cents", "impressions", "clicks", "claimed")
    )
    return (
        world.calendar.date_of(flight[0].day), world.calendar.date_of(flight[-1].day),
        world.calendar.ads[flight[0].ad].name, "Broad", "Picture", f"{cents / 100:.2f}", impressions,
        impressions * 4 // 5, clicks, f"{cents / 100 / clicks:.2f}" if clicks else "",
        f"{100 * clicks / impressions:.2f}" if impressions else "", claimed,
        "actions:offsite_conversion.fb_pixel_purchase", claimed, f"{claimed * VALUE:.2f}",
        "7-day click or 1-day view",
    )  # fmt: skip
