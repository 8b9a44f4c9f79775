"""Visits to the website, content, forms, social networks and inbox tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY
from demo.truth.months import by_month, table
from demo.world import World

ENGAGEMENTS = ("reactions", "comments", "shares", "saves", "direct_messages", "replies", "link_clicks")


def web(world: World) -> dict[str, Any]:
    """Sessions, content and forms by month."""
    sums: dict[str, dict[str, float]] = {}
    channels = np.zeros(len(CHANNELS), dtype=np.int64)
    for block in world.web.sessions():
        channels += np.bincount(block.channel, minlength=len(CHANNELS))
        for name, month in (
            ("sessions", by_month(block.at)),
            ("bounced", by_month(block.at * block.is_bounced)),
            ("converted", by_month(block.at * block.is_converted)),
            ("engaged_seconds", by_month(block.at, block.engaged_seconds)),
        ):
            so_far = sums.setdefault(name, {})
            for key, value in month.items():
                so_far[key] = so_far.get(key, 0) + int(value)
    content = np.asarray(list(world.web.content()), dtype=np.int64).reshape(-1, 5)
    forms = np.asarray(list(world.web.forms()), dtype=np.int64).reshape(-1, 4)
    start = world.calendar.start + DAY // 2
    return {
        "sessions": {
            "by_month": table(**sums),
            "by_channel": {
                channel.name: int(count) for channel, count in zip(CHANNELS, channels, strict=True) if count
            },
        },
        "content": {
            "by_month": table(
                views=by_month(start + content[:, 0] * DAY, content[:, 2]),
                comments=by_month(start + content[:, 0] * DAY, content[:, 4]),
            ),
            "views": {
                name: int(content[content[:, 1] == row, 2].sum()) for row, name in enumerate(words.CONTENTS)
            },
        },
        "forms": {
            "by_month": table(
                views=by_month(start + forms[:, 0] * DAY, forms[:, 2]),
                submits=by_month(start + forms[:, 0] * DAY, forms[:, 3]),
            )
        },
    }


def social(world: World) -> dict[str, Any]:
    """Posts and what they gained, by network."""
    found: dict[str, Any] = {}
    for network in sorted({post.network for post in world.social}):
        posts = [post for post in world.social if post.network == network]
        gains = [gain for post in posts for gain in post.gains]
        engaged = np.asarray([sum(getattr(gain, name) for name in ENGAGEMENTS) for gain in gains])
        at = world.calendar.start + np.asarray([gain.day for gain in gains]) * DAY + DAY // 2
        found[network] = {
            "posts": len(posts),
            "impressions": sum(gain.impressions for gain in gains),
            "reach": sum(gain.reach for gain in gains),
            "engagements": int(engaged.sum()),
            "watch_seconds": sum(gain.watch_seconds for gain in gains),
            "engagements_by_month": by_month(at, engaged),
        }
    return found


def inbox(world: World) -> dict[str, Any]:
    """Seed addresses tested and reached, by mailbox provider."""
    found: dict[str, Any] = {}
    for placed in world.inbox_tests:
        counts = found.setdefault(placed.provider, {"tested": 0, "reached": 0})
        counts["tested"] += 1
        counts["reached"] += placed.placement in ("inbox", "tab")
    return found
