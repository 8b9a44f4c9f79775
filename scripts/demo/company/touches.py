"""Touches that no e-mail or visit shows: fairs, podcasts, affiliates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company import claimed, handmade
from demo.company.calendar import Calendar
from demo.company.draw import DAY, Ints, pick, stream
from demo.company.people import HAND_MADE
from demo.company.sales import Sales

TOUCH_CHANNELS = ("affiliates", "display", "audio", "event", "paid_social")


@dataclass(frozen=True)
class Touches:
    """One row a touch, in time order, with its texts; `journey` is empty but for a few."""

    person: Ints
    at: Ints
    channel: tuple[str, ...]
    campaign: tuple[str, ...]
    journey: tuple[str, ...]


def build(calendar: Calendar, seed: int, sales: Sales) -> Touches:
    """Touches before a fifth of the purchases, those written by hand and those of planted claims."""
    rng = stream(seed, "touches")
    orders = sales.orders
    mine = np.flatnonzero(orders.is_purchase & (orders.person >= HAND_MADE))
    rows = mine[rng.random(len(mine)) < 0.2]
    at = orders.at[rows] - (rng.random(len(rows)) * 35 * DAY).astype(np.int64) - 600
    kept = at > calendar.start
    rows, at = rows[kept], at[kept]
    channel = pick(rng, len(rows), (0.3, 0.25, 0.2, 0.15, 0.1))
    season = calendar.season_at(at)
    found = [
        (int(when), int(orders.person[row]), TOUCH_CHANNELS[number],
        calendar.seasons[place].name if place >= 0 else "",
         "welcome" if (row % 13) == 0 else "")
        for row, when, number, place in zip(rows.tolist(), at.tolist(), channel.tolist(), season.tolist(),
        strict=True)
    ]  # fmt: skip
    found += [
        (when, person, touch.channel, touch.campaign, touch.journey)
        for person, when, touch in handmade.touches(calendar)
    ]
    found += [
        (claim.touched_at, int(orders.person[claim.order]), claim.channel, claim.campaign, "")
        for claim in claimed.claims(sales)
        if claim.order >= 0
    ]
    found.sort(key=lambda touch: touch[0])
    columns = list(zip(*found, strict=True)) if found else [(), (), (), (), ()]
    return Touches(
        person=np.asarray(columns[1], dtype=np.int64),
        at=np.asarray(columns[0], dtype=np.int64),
        channel=tuple(columns[2]),
        campaign=tuple(columns[3]),
        journey=tuple(columns[4]),
    )
