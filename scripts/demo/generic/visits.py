"""Sessions and their daily sums, content, forms and social posts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY
from demo.company.web import Sessions
from demo.files import csv_file, flags, times
from demo.generic.common import day_of_world, label_of
from demo.world import World

STATS_DAYS = 50
"""The first days of the website are told by session_stats; OVERLAP_DAYS more of them by sessions too."""
OVERLAP_DAYS = 3


def sessions(world: World, folder: Path) -> None:
    """Sessions from the day after STATS_DAYS on; before that, and on a few days of overlap, session_stats."""
    change = world.calendar.start + STATS_DAYS * DAY
    sums: Sums = {}
    header = (
        "session_id", "visitor_id", "email", "person_id", "started_at", "channel", "source", "medium",
        "campaign", "landing_page", "content", "page_views", "engaged_seconds", "is_engaged", "is_converted",
    )  # fmt: skip
    with csv_file(folder / "sessions.csv", header) as file:
        for visits in world.web.sessions():
            _add(sums, visits.of(visits.at < change + OVERLAP_DAYS * DAY), world.calendar.start)
            block = visits.of(visits.at >= change)
            persons = block.person.tolist()
            named = [_visitor(world, *who) for who in zip(persons, block.is_known.tolist(), strict=True)]
            file.columns(
                block.ids(),
                [
                    f"k{number}" if number < 10**9 else f"v{number % 10**9:x}"
                    for number in block.visitor.tolist()
                ],
                [email for email, _ in named],
                [person_id for _, person_id in named],
                times(block.at),
                *_slices(block),
                [words.CONTENTS[content] if content >= 0 else "" for content in block.content.tolist()],
                block.page_views,
                block.engaged_seconds,
                flags(block.is_engaged),
                flags(block.is_converted),
            )
    _session_stats(world, folder, sums)


Sums = dict[tuple[int, str, str, str, str, str], list[int]]
"""Day, channel, source, medium, campaign, landing page: sessions, bounced ones, seconds, conversions."""


def _slices(block: Sessions) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """Channel, source, medium, campaign and landing page of each session."""
    return (
        [CHANNELS[channel].name for channel in block.channel.tolist()],
        block.sources(),
        [CHANNELS[channel].medium for channel in block.channel.tolist()],
        [block.utms[campaign] if campaign >= 0 else "" for campaign in block.campaign.tolist()],
        [words.LANDING_PAGES[page] for page in block.landing_page.tolist()],
    )


def _add(sums: Sums, block: Sessions, start: int) -> None:
    days = ((block.at - start) // DAY).tolist()
    for row, (day, *slices) in enumerate(zip(days, *_slices(block), strict=True)):
        channel, source, medium, campaign, page = slices
        cell = sums.setdefault((day, channel, source, medium, campaign, page), [0, 0, 0, 0])
        cell[0] += 1
        cell[1] += int(block.is_bounced[row])
        cell[2] += int(block.engaged_seconds[row])
        cell[3] += int(block.is_converted[row])


def _session_stats(world: World, folder: Path, sums: Sums) -> None:
    """One row a day and slice; on the days that sessions cover too, a minute too many in each."""
    header = (
        "date", "channel", "source", "medium", "campaign", "landing_page", "sessions", "bounced_sessions",
        "engaged_seconds", "conversions",
    )  # fmt: skip
    with csv_file(folder / "session_stats.csv", header) as file:
        for key in sorted(sums):
            count, bounced, seconds, converted = sums[key]
            wrong = 60 if key[0] >= STATS_DAYS else 0
            file.rows([(day_of_world(world, key[0]), *key[1:], count, bounced, seconds + wrong, converted)])


def _visitor(world: World, person: int, is_known: bool) -> tuple[str, str]:
    """(e-mail, id) of a visitor: of one the site knew the id where there is one, else the address."""
    if not is_known:
        return "", ""
    people = world.people
    return ("", people.person_id(person)) if people.is_contact[person] else (people.email(person), "")


def content_stats(world: World, folder: Path) -> None:
    """Views, seconds and comments by day."""
    with csv_file(
        folder / "content_stats.csv", ("date", "content", "network", "views", "engaged_seconds", "comments")
    ) as file:
        file.rows(
            (
                day_of_world(world, day),
                words.CONTENTS[content],
                "video site" if "video" in words.CONTENTS[content] else "blog",
                *sums,
            )
            for day, content, *sums in world.web.content()
        )


def form_stats(world: World, folder: Path) -> None:
    """Views and submits by day."""
    with csv_file(folder / "form_stats.csv", ("date", "form", "landing_page", "views", "submits")) as file:
        file.rows(
            (day_of_world(world, day), *words.FORMS[form], views, submits)
            for day, form, views, submits in world.web.forms()
        )


def social_posts(world: World, folder: Path) -> None:
    """What posts gained day by day; the Facebook posts with their lifetime sums on the day of publishing."""
    measures = (
        "impressions", "reach", "reactions", "comments", "shares", "saves", "direct_messages", "replies",
        "link_clicks", "watch_seconds",
    )  # fmt: skip
    with csv_file(
        folder / "social_posts.csv", ("date", "network", "post_id", "post_type", "campaign", *measures)
    ) as file:
        for number, post in enumerate(world.social):
            label = label_of(world, post.label)
            if post.network in ("pinterest", "tiktok"):
                file.rows(
                    (
                        day_of_world(world, gain.day),
                        post.network,
                        post.post_id,
                        post.kind,
                        label,
                        *(getattr(gain, m) for m in measures),
                    )
                    for gain in post.gains
                )
            elif post.network == "facebook" and number % 9 == 0:
                lifetime = (post.total(measure) for measure in measures)
                file.rows(
                    [
                        (
                            times(np.asarray([post.at]), "D")[0],
                            post.network,
                            post.post_id,
                            post.kind,
                            label,
                            *lifetime,
                        )
                    ]
                )
