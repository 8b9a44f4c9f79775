"""Posts in social networks and pieces of content, each day of each by one export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.sales import rank

Row = dict[str, Any]
INTERACTIONS = ("reactions", "comments", "shares", "saves", "direct_messages", "replies", "link_clicks")


def standing_posts(rows: Sequence[Row], campaigns: Campaigns, as_of: dt.date) -> list[Row]:
    """What each post gained on each day up to the last; None: not measured."""
    named = [{**_gains(row), "network": row["network"].strip().lower()} for row in rows]
    telling = {(row["export"], row["network"]) for row in named if row.get("reach") is not None}
    posts = _best(
        "social_posts",
        (row for row in named if row["active_on"] <= as_of),
        lambda row: (row["network"], row["post_id"], row["active_on"]),
    )
    for post in posts:
        known = [post[name] for name in INTERACTIONS if post.get(name) is not None]
        post["campaign"] = campaigns.name(post["source"], post.get("campaign"))
        post["engagements"] = sum(known) if known else None
        tells_reach = (post["export"], post["network"]) in telling
        post["audience"] = None if post["takes_back"] else post.get("reach" if tells_reach else "impressions")
    return posts


def _gains(row: Mapping[str, Any]) -> Row:
    """A row without what it takes back: negative counts."""
    gains = {
        name: None if isinstance(value, int | float) and value < 0 else value for name, value in row.items()
    }
    return {**gains, "takes_back": any((row.get(name) or 0) < 0 for name in INTERACTIONS)}


def standing_contents(rows: Iterable[Row], as_of: dt.date) -> list[Row]:
    """What each piece of content gained on each day up to the last."""
    return _best(
        "content_stats",
        (_gains(row) for row in rows if row["viewed_on"] <= as_of),
        lambda row: (row["viewed_on"], row["content"], row.get("network")),
    )


def _best(entity: str, rows: Iterable[Row], key: Callable[[Mapping[str, Any]], Any]) -> list[Row]:
    """One row per key: of the export of the best rank, then of the first name."""
    best: dict[Any, Row] = {}
    for row in rows:
        known = best.setdefault(key(row), row)
        if (rank(entity, row["export"]), row["export"]) < (rank(entity, known["export"]), known["export"]):
            best[key(row)] = row
    return [dict(row) for row in best.values()]
