"""Posts in social networks and what each gained day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company import words
from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR, stream

NETWORKS = {
    "facebook": ("photo", "link", "video"),
    "instagram": ("image", "carousel", "reel"),
    "linkedin": ("article", "image"),
    "x": ("post",),
    "youtube": ("video",),
    "pinterest": ("pin", "video pin"),
    "tiktok": ("video",),
}
"""Networks and their kinds of post. generic reports pinterest and tiktok, which have no other tool."""

_SAVING = ("instagram", "pinterest", "tiktok")


@dataclass(frozen=True)
class Gain:
    """What a post gained on one day, `day` counted from the world's first."""

    day: int
    impressions: int
    reach: int
    reactions: int
    comments: int
    shares: int
    saves: int
    direct_messages: int
    replies: int
    link_clicks: int
    watch_seconds: int


@dataclass(frozen=True)
class Post:
    """A post: published at `at`, its gains on that day and some later ones."""

    network: str
    post_id: str
    kind: str
    title: str
    at: int
    label: int
    gains: tuple[Gain, ...]

    def total(self, measure: str) -> int:
        """The lifetime sum of a measure."""
        return sum(getattr(gain, measure) for gain in self.gains)


def build(calendar: Calendar, seed: int) -> tuple[Post, ...]:
    """All posts in the order of publishing."""
    found = []
    for number, (network, kinds) in enumerate(NETWORKS.items()):
        rng = stream(seed, "social", network)
        audience = (5200, 6400, 2100, 1300, 1700, 2600, 3900)[number]
        day, count = int(rng.integers(0, 6)), 0
        while day < calendar.days:
            at = calendar.start + day * DAY + int(rng.integers(8, 20)) * HOUR + int(rng.integers(0, 3000))
            kind = kinds[int(rng.integers(len(kinds)))]
            size = audience * (0.5 + 0.7 * day / calendar.days) * float(0.4 + rng.random())
            gains = []
            for later, share in ((0, 0.6), (1, 0.28), (6, 0.12)):
                if day + later < calendar.days:
                    seen = int(rng.poisson(size * share)) + 1
                    reach = max(1, int(seen * 0.82))
                    reacted = int(rng.binomial(reach, 0.028))
                    film = "video" in kind or kind == "reel"
                    gains.append(
                        Gain(
                            day + later, seen, reach, reacted, int(rng.binomial(reach, 0.003)),
                            int(rng.binomial(reach, 0.002)),
                            int(rng.binomial(reach, 0.004)) if network in _SAVING else 0,
                            int(rng.binomial(reach, 0.001)) if network in ("instagram", "facebook") else 0,
                            int(rng.binomial(reach, 0.001)) if network == "x" else 0,
                            int(rng.binomial(reach, 0.006)),
                            int(seen * 0.4 * (6 + 20 * rng.random())) if film else 0,
                        )
                    )  # fmt: skip
            season = calendar.season_at(np.asarray([at]))
            topic = words.POST_TOPICS[int(rng.integers(len(words.POST_TOPICS)))]
            post_id = f"{17_800_000 + number * 100_000 + count * 37}"
            found.append(Post(network, post_id, kind, topic.capitalize(), at, int(season[0]), tuple(gains)))
            day += int(rng.integers(7, 22))
            count += 1
    return tuple(sorted(found, key=lambda post: (post.at, post.network)))
