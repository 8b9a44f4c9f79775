"""Writes Google Ads' campaign reports: title and range lines, totals, tabs, a month exported again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from demo.company.spend import Media
from demo.files import CsvWriter, money_text, percent, text_file
from demo.world import World

SOURCE = "google_ads"
VALUE_CENTS = 5820
"""What the tag says a conversion is worth."""
_HEADER = (
    "Day", "Campaign", "Campaign state", "Campaign type", "Clicks", "Impr.", "CTR", "Currency code",
    "Avg. CPC", "Cost", "Conversions", "Conv. value",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """The older half as commas, the newer with tabs; both hold the month between, the older one unsettled."""
    bought = [spent for spent in world.media if world.calendar.ads[spent.ad].platform == "google"]
    middle = world.days // 2
    unsettled = [
        Media(spent.day, spent.ad, spent.cents * 9 // 10, spent.impressions, spent.clicks, spent.claimed)
        if spent.day >= middle - 30
        else spent
        for spent in bought
        if spent.day < middle
    ]
    _write(world, folder / "campaigns_1.csv", ",", unsettled)
    _write(world, folder / "campaigns_2.tsv", "\t", [spent for spent in bought if spent.day >= middle - 30])


def _write(world: World, path: Path, delimiter: str, bought: Sequence[Media]) -> None:
    first, last = (world.calendar.date_of(spent.day) for spent in (bought[0], bought[-1]))
    with text_file(path) as text:
        text.write(
            f"Campaign report\n{first:%B} {first.day}, {first.year} - {last:%B} {last.day}, {last.year}\n"
        )
        file = CsvWriter(text, _HEADER, delimiter)
        file.rows(
            (
                world.calendar.date_of(spent.day), world.calendar.ads[spent.ad].name, "Enabled", "Search",
                f"{spent.clicks:,}", f"{spent.impressions:,}", percent(spent.clicks, spent.impressions),
                "EUR",
                f"{spent.cents / 100 / spent.clicks:.2f}" if spent.clicks else " --",
                money_text(spent.cents), f"{spent.claimed:.2f}",
                money_text(spent.claimed * VALUE_CENTS),
            )
            for spent in bought
        )  # fmt: skip
        clicks = f"{sum(spent.clicks for spent in bought):,}"
        impressions = f"{sum(spent.impressions for spent in bought):,}"
        total = money_text(sum(spent.cents for spent in bought))
        none = " --"
        file.rows(
            (label, none, none, none, clicks, impressions, none, "EUR", none, total, none, none)
            for label in ("Total: Campaigns", "Total: Account")
        )
