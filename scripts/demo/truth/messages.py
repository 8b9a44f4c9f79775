"""What became of the messages, by source, campaign and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from demo.company.draw import Flags
from demo.company.mail import HARD, LISTS, SOFT, Mailing, Outcome
from demo.truth.months import month_of
from demo.world import World


def tools(world: World) -> list[str]:
    """The tools that send mailings."""
    return sorted({mailing.tool for mailing in world.mail.mailings})


def campaigns(world: World, ids: Mapping[str, Callable[[Mailing], str]]) -> dict[str, Any]:
    """Every source's campaigns and their names."""
    return {
        tool: {
            mailing.code: {
                "campaign_id": ids[tool](mailing) if tool in ids else None,
                "name": mailing.name,
                "utm": mailing.utm,
                "channel": mailing.channel,
                "campaign_type": mailing.kind,
                "journey": mailing.journey,
            }
            for mailing in world.mailings_of(tool)
        }
        for tool in tools(world)
    }


def measures(outcome: Outcome) -> dict[str, Flags]:
    """Which messages count for each measure."""
    arrived = outcome.is_delivered
    by_person = arrived & (outcome.open_at > 0)
    opened = by_person | (arrived & (outcome.machine_open_at > 0))
    clicked = arrived & (outcome.click_at > 0)
    return {
        "sent": np.ones(len(outcome.person), dtype=bool),
        "delivered": arrived,
        "hard": outcome.fate == HARD,
        "soft": outcome.fate == SOFT,
        "unique_opens": opened,
        "machine_only_opens": opened & ~by_person,
        "human_openers": by_person,
        "human_clickers": clicked,
        "opened_and_clicked": opened & clicked,
        "unsubscribes": outcome.unsubscribed_at > 0,
        "complaints": outcome.complained_at > 0,
        "purchases": outcome.bought_at > 0,
    }


def counts(world: World) -> dict[str, Any]:
    """The counts by campaign, by month and in all, for every source."""
    found: dict[str, Any] = {"by_campaign": {}, "by_month": {}, "total": {}}
    for tool in tools(world):
        campaign_counts: dict[str, dict[str, int]] = {}
        months: dict[str, Counter[str]] = {}
        total: Counter[str] = Counter()
        for outcome in world.mail.outcomes(world.mailings_of(tool)):
            which = measures(outcome)
            sums = {name: int(flags.sum()) for name, flags in which.items()}
            campaign_counts[outcome.mailing.code] = sums
            if outcome.mailing.channel != "email":
                continue
            total.update(sums)
            month = np.asarray(month_of(outcome.sent_at))
            for name in np.unique(month).tolist():
                here = month == name
                counter = months.setdefault(name, Counter(dict.fromkeys(which, 0)))
                counter.update({measure: int((flags & here).sum()) for measure, flags in which.items()})
        found["by_campaign"][tool] = campaign_counts
        found["by_month"][tool] = {month: dict(months[month]) for month in sorted(months)}
        found["total"][tool] = dict(total)
    return found


def lists(world: World) -> dict[str, Any]:
    """Memberships of every list."""
    found: dict[str, Any] = {}
    for mail_list in LISTS:
        members = world.mail.memberships(mail_list.code)
        left = int((members.left_at > 0).sum())
        joined = len(members.person)
        found.setdefault(mail_list.tool, {})[mail_list.title] = {
            "joined": joined,
            "left": left,
            "members": joined - left,
        }
    return found
