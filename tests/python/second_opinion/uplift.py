"""How many more sessions a campaign's channel has since its first send than on the same weekdays before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from second_opinion.house import House
from second_opinion.shapes import wilson

DAYS = 14


class Uplift(NamedTuple):
    """One row of `kpi.campaign_uplift`."""

    first_sent_on: dt.date
    since: float
    before: float
    uplift: float | None
    low: float | None
    high: float | None
    is_complete: bool
    verdict: str | None


def campaign_uplift(house: House) -> dict[tuple[str, str], Uplift]:
    """By campaign and channel, of what was first sent late enough for two weeks of sessions before it."""
    first_sent: dict[tuple[str, str], dt.date] = {}
    for send in house.sends:
        if send["campaign"] is not None and send["sent"]:
            key = (send["campaign"], send["channel"])
            first_sent[key] = min(send["day"], first_sent.get(key, send["day"]))
    sessions: dict[tuple[str, dt.date], float] = defaultdict(float)
    for visit in house.visits:
        sessions[visit["channel"], visit["day"]] += visit["sessions"] or 0
    begins = [day for day in map(house.first_day, ("sessions", "session_stats")) if day]
    last = max((visit["day"] for visit in house.visits), default=house.calendar.as_of)
    found = {}
    for (campaign, channel), start in first_sent.items():
        if not begins or start - dt.timedelta(days=DAYS) < min(begins):
            continue
        since, before = (
            sum(sessions[channel, start + dt.timedelta(days=first + number)] for number in range(DAYS))
            for first in (0, -DAYS)
        )
        found[campaign, channel] = _judged(start, since, before, last)
    return found


def _judged(start: dt.date, since: float, before: float, last: dt.date) -> Uplift:
    is_complete = start + dt.timedelta(days=DAYS - 1) <= last
    if not since + before:
        return Uplift(start, since, before, None, None, None, is_complete, None)
    low, high = wilson(since, since + before)
    verdict = "more" if low > 0.5 else "less" if high < 0.5 else "within noise"
    if not is_complete and verdict != "more":
        verdict = None
    return Uplift(
        start,
        since,
        before,
        since / before if before else None,
        low / (1 - low),
        high / (1 - high) if before else None,
        is_complete,
        verdict,
    )
