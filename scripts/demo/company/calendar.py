"""The company's channels, seasons and ad campaigns: the names that every tool shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from demo.company.draw import DAY, Ints


@dataclass(frozen=True)
class Channel:
    """A channel of acquisition: our name, GA4's default channel group, and the utm source and medium."""

    name: str
    ga4: str
    source: str
    medium: str
    is_marketing: bool


CHANNELS = (
    Channel("organic_search", "Organic Search", "google", "organic", True),
    Channel("paid_search", "Paid Search", "google", "cpc", True),
    Channel("paid_social", "Paid Social", "facebook", "paid_social", True),
    Channel("organic_social", "Organic Social", "instagram", "social", True),
    Channel("email", "Email", "newsletter", "email", True),
    Channel("referral", "Referral", "yarnblog.example", "referral", True),
    Channel("direct", "Direct", "(direct)", "(none)", False),
    Channel("affiliates", "Affiliates", "homefinds.example", "affiliate", True),
    Channel("display", "Display", "adnet.example", "display", True),
    Channel("sms", "SMS", "sms", "sms", True),
    Channel("push", "Mobile Push Notifications", "app", "mobile-push", True),
)
CHANNEL = {channel.name: number for number, channel in enumerate(CHANNELS)}


def slug(name: str) -> str:
    """A name as it stands in utm_campaign."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@dataclass(frozen=True)
class Label:
    """A marketing campaign across tools, with its first and last second."""

    name: str
    utm: str
    start: int
    end: int


@dataclass(frozen=True)
class AdCampaign:
    """A campaign in an ad platform and the name of its channel; `label` is its index in `Calendar.labels`."""

    platform: str
    campaign_id: str
    name: str
    utm: str
    channel: str
    label: int
    days: tuple[int, ...]
    daily_cents: int


SEASONS = (
    ("Winter sale", 1, 8, 16), ("Spring fresh", 3, 15, 16), ("Garden weeks", 5, 10, 12),
    ("Summer sale", 7, 1, 16), ("Back to desk", 8, 25, 12), ("Black week", 11, 18, 12),
    ("Gift days", 12, 5, 14),
)  # fmt: skip
ALWAYS_ON = (
    "Brand search", "Shop search", "Search basics", "Business guides", "Lookalike homes",
    "Lanterns in motion", "Lamps by keyword", "Boards of light",
)  # fmt: skip


def seconds(day: date) -> int:
    """The first second of a day, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Calendar:
    """The days of the world and what ran on them. `end` is the last second of `as_of`."""

    as_of: date
    days: int

    @property
    def first_day(self) -> date:
        return self.as_of - timedelta(days=self.days - 1)

    def date_of(self, day: int) -> date:
        """The date of a day counted from the world's first."""
        return self.first_day + timedelta(days=day)

    @property
    def start(self) -> int:
        return seconds(self.first_day)

    @property
    def end(self) -> int:
        return seconds(self.as_of) + DAY - 1

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first day of every month the world touches."""
        found = [self.first_day.replace(day=1)]
        while (following := (found[-1] + timedelta(days=32)).replace(day=1)) <= self.as_of:
            found.append(following)
        return tuple(found)

    @cached_property
    def seasons(self) -> tuple[Label, ...]:
        found = []
        for year in range(self.first_day.year, self.as_of.year + 1):
            for title, month, day, length in SEASONS:
                start = seconds(date(year, month, day))
                if self.start <= start <= self.end:
                    name = f"{title} {year}"
                    found.append(Label(name, slug(name), start, start + length * DAY - 1))
        return tuple(found)

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Seasons first, then the ad campaigns that run all the time."""
        return self.seasons + tuple(Label(name, slug(name), self.start, self.end) for name in ALWAYS_ON)

    def season_at(self, at: Ints) -> Ints:
        """The index of the season running at each moment, -1 for none."""
        found = np.full(at.shape, -1, dtype=np.int64)
        for number, season in enumerate(self.seasons):
            found[(at >= season.start) & (at <= season.end)] = number
        return found

    def label_at(self, at: Ints, channel: Ints) -> Ints:
        """The label that brought a visit of this channel at this moment, -1 for none."""
        season = self.season_at(at)
        base = len(self.seasons)
        found = np.where(
            np.isin(channel, [CHANNEL["email"], CHANNEL["organic_social"], CHANNEL["display"]]), season, -1
        )
        search = np.where(season >= 0, base + 1, base + np.where((at // HALF_HOUR) % 4 == 0, 2, 0))
        found = np.where(channel == CHANNEL["paid_search"], search, found)
        social = np.where(season >= 0, season, base + np.where((at // HALF_HOUR) % 3 == 0, 3, 4))
        return np.where(channel == CHANNEL["paid_social"], social, found)

    @cached_property
    def ads(self) -> tuple[AdCampaign, ...]:
        """The campaigns of each ad platform; no two platforms share a campaign name and channel."""
        base = len(self.seasons)
        days = range(self.days)
        weekday = self.first_day.weekday()
        seasonal = [
            tuple(range((s.start - self.start) // DAY, min(self.days, (s.end - self.start) // DAY + 1)))
            for s in self.seasons
        ]
        any_season = tuple(sorted({day for flight in seasonal for day in flight}))
        month_day = [(self.first_day + timedelta(days=day)).day for day in days]
        search, social, shopping = "paid_search", "paid_social", "paid_shopping"
        fixed = (
            ("google", search, 0, tuple(d for d in days if (weekday + d) % 7 < 6), 620),
            ("google", search, 1, any_season, 900),
            ("microsoft", search, 2, tuple(d for d in days if month_day[d] <= 9), 340),
            ("linkedin", social, 3, tuple(d for d in days if 11 <= month_day[d] <= 16), 1500),
            ("meta", social, 4, tuple(d for d in days if 19 <= month_day[d] <= 26), 700),
            ("tiktok", social, 5, tuple(d for d in days if 27 <= month_day[d] <= 29), 520),
            ("amazon", shopping, 6, tuple(d for d in days if 2 <= month_day[d] <= 4), 450),
            ("pinterest", social, 7, tuple(d for d in days if 6 <= month_day[d] <= 8), 380),
        )
        found = [
            AdCampaign(
                platform,
                f"{7000 + number}",
                ALWAYS_ON[number],
                slug(ALWAYS_ON[number]),
                channel,
                base + number,
                on,
                cost,
            )
            for platform, channel, number, on, cost in fixed
        ]
        for number, (season, on) in enumerate(zip(self.seasons, seasonal, strict=True)):
            found.append(
                AdCampaign("meta", f"{8000 + number}", season.name, season.utm, social, number, on, 1100)
            )
        return tuple(found)


HALF_HOUR = 1800
