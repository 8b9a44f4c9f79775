"""What marketing and sales cost: media by day and campaign, tools, people, journeys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from demo.company.calendar import Calendar
from demo.company.draw import DAY, stream
from demo.company.journeys import JOURNEYS

PLATFORM_TOOLS = {
    "google": "Google Ads",
    "meta": "Meta Ads",
    "microsoft": "Microsoft Ads",
    "linkedin": "LinkedIn Ads",
    "tiktok": "TikTok Ads",
    "amazon": "Amazon Ads",
    "pinterest": "Pinterest Ads",
}


@dataclass(frozen=True)
class Cost:
    """A cost in euro cents on a day of the world, spread over `months` (0: that day only)."""

    day: int
    channel: str
    campaign: str
    journey: str
    cost_type: str
    tool: str
    item: str
    cents: int
    months: int = 0


@dataclass(frozen=True)
class Media:
    """What an ad campaign (index in `Calendar.ads`) did on a day; `claimed` is the platform's own count."""

    day: int
    ad: int
    cents: int
    impressions: int
    clicks: int
    claimed: int


def media(calendar: Calendar, seed: int, count: int) -> tuple[Media, ...]:
    """Every campaign's days, in time order; budgets grow with the company."""
    found = []
    for number, ad in enumerate(calendar.ads):
        rng = stream(seed, "media", ad.campaign_id)
        for day in ad.days:
            cents = int(ad.daily_cents * count / 220 * (0.8 + 0.4 * rng.random()) * (0.85 + 0.3 * day / 730))
            clicks = int(rng.poisson(max(cents, 1) / 75))
            found.append(
                Media(
                    day,
                    number,
                    cents,
                    int(rng.poisson(30 * (clicks + 1))),
                    clicks,
                    int(rng.binomial(clicks, 0.04)),
                )
            )
    return tuple(sorted(found, key=lambda spent: (spent.day, spent.ad)))


def costs(calendar: Calendar, bought: tuple[Media, ...], count: int) -> tuple[Cost, ...]:
    """All costs, media included, in time order."""
    size = count / 220
    found = []
    for spent in bought:
        ad = calendar.ads[spent.ad]
        tool = PLATFORM_TOOLS[ad.platform]
        found.append(Cost(spent.day, ad.channel, ad.name, "", "media", tool, "", spent.cents))
    for month in calendar.months:
        day = max(0, (month - calendar.first_day).days)
        found += [
            Cost(day, "email", "", "", "platform", "mail tools", "licence", int(19000 * size), 1),
            Cost(day, "", "", "", "people", "", "marketing team", int(95000 * size), 1),
            Cost(day, "", "", "", "sales", "", "sales team", int(60000 * size), 1),
            Cost(day, "organic_search", "", "", "content", "", "articles", int(16000 * size), 1),
            Cost(day, "organic_social", "", "", "content", "", "photographs", int(9000 * size), 1),
        ]
        found += [
            Cost(day, "email", "", journey.name, "upkeep", "", "care", int(1800 * size), 1)
            for journey in JOURNEYS
        ]
    for number, journey in enumerate(JOURNEYS):
        found.append(
            Cost(
                min(5 + number, calendar.days - 1),
                "email",
                "",
                journey.name,
                "setup",
                "",
                "building",
                int(36000 * size),
                12,
            )
        )
    for season in calendar.seasons:
        day = (season.start - calendar.start) // DAY
        found.append(
            Cost(day, "affiliates", season.name, "", "media", "affiliate net", "placements", int(7000 * size))
        )
    return tuple(
        sorted(found, key=lambda cost: (cost.day, cost.channel, cost.cost_type, cost.campaign, cost.journey))
    )


def by_day(calendar: Calendar, cost: Cost) -> list[tuple[int, float]]:
    """(day, cents): the cost spread evenly from its day to the day before the same day `months` later."""
    if not cost.months:
        return [(cost.day, float(cost.cents))]
    first = calendar.first_day + timedelta(days=cost.day)
    month = first.month - 1 + cost.months
    year, month = first.year + month // 12, month % 12 + 1
    last = first.replace(year=year, month=month)
    length = (last - first).days
    return [(cost.day + shift, cost.cents / length) for shift in range(length)]
