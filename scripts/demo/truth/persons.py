"""Stages, churn, journeys, lead scores and answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo.company.calendar import seconds
from demo.company.draw import DAY, Flags, Ints
from demo.company.people import BOTH, EMAIL_ONLY, ID_ONLY
from demo.company.sales import WON
from demo.company.scores import MODELS
from demo.company.surveys import SURVEYS
from demo.truth.months import by_month, month_of, table
from demo.world import World

ACTIVE_DAYS = 365
LEAD_WINDOW = 90 * DAY
SCORE_WINDOW = 7 * DAY
JOURNEY_WINDOW = 30 * DAY
SOURCE = "generic"

Counts = dict[str, float]


def known_by(world: World) -> dict[str, int]:
    """How many persons are known in which way."""
    people = world.people
    return {
        "both": int((people.known_by == BOTH).sum()),
        "email_only": int((people.known_by == EMAIL_ONLY).sum()),
        "id_only": int((people.known_by == ID_ONLY).sum()),
        "two_contacts": int((people.has_two_contacts & (people.lead_at > 0)).sum()),
        "leads": int((people.lead_at > 0).sum()),
    }


def stages(world: World) -> dict[str, Counts]:
    """How many became what in each month."""
    people = world.people
    return {
        "leads": by_month(people.lead_at),
        "mql": by_month(people.mql_at),
        "sql": by_month(people.sql_at),
        "opportunities": by_month(world.opportunity_at),
        "new_customers": by_month(world.customer_at),
    }


def churn(world: World) -> dict[str, Any]:
    """Customers won and lost as all sources together tell it, and as the generic source does alone."""
    everything = np.ones(len(world.sales.deals.tool), dtype=bool)
    return {"all": _churn(world, everything), SOURCE: _churn(world, world.is_deal_of(SOURCE))}


def _churn(world: World, told: Flags) -> dict[str, Any]:
    """Customers at each month's start and those lost by its end, by the rule that judges them.

    `told` says which deals are known.
    """
    calendar, held = world.calendar, world.sales.subscriptions
    orders, deals = world.sales.orders, world.sales.deals
    mine = orders.is_purchase & (orders.person >= 0)
    won = told & (deals.outcome == WON)
    buyer = np.concatenate([orders.person[mine], deals.person[won]])
    bought = np.concatenate([orders.at[mine], deals.closed_at[won]])
    never = calendar.days + 1
    first_paid = np.full(world.count, never)
    np.minimum.at(first_paid, held.person[held.was_paid], held.start_day[held.was_paid])

    def at(moment: int) -> tuple[Flags, Flags]:
        """(by subscription, by purchase): who is a customer when this day begins."""
        day = (moment - calendar.start) // DAY
        by_plan, by_order = np.zeros(world.count, dtype=bool), np.zeros(world.count, dtype=bool)
        by_plan[held.person[held.is_paid(day - 1)]] = True
        by_order[buyer[(bought < moment) & (bought >= moment - ACTIVE_DAYS * DAY)]] = True
        return by_plan, by_order & (first_paid >= day)

    found = {}
    for first, following in zip(calendar.months, calendar.months[1:], strict=False):
        before, after = at(max(seconds(first), calendar.start)), at(seconds(following))
        counts: dict[str, Any] = {"is_known": (first - calendar.first_day).days >= ACTIVE_DAYS}
        left = ~(after[0] | after[1])
        for name, old in zip(("subscription", "purchase"), before, strict=True):
            counts[f"start_{name}"] = int(old.sum())
            counts[f"lost_{name}"] = int((old & left).sum())
        counts["start"] = counts["start_subscription"] + counts["start_purchase"]
        counts["lost"] = counts["lost_subscription"] + counts["lost_purchase"]
        found[f"{first:%Y-%m}"] = counts
    return found


def journeys(world: World) -> dict[str, Any]:
    """How far the entries of each journey came."""
    found = {}
    for name, entries in world.entries.items():
        reached = entries.reached
        soon = (reached > 0) & (reached - reached[:, :1] <= JOURNEY_WINDOW)
        found[name] = {
            "tool": entries.journey.tool,
            "steps": list(entries.journey.steps),
            "entries": len(entries.person),
            "reached": _so_far(reached > 0),
            "reached_in_window": _so_far(soon),
            "completed_in_window": int(soon[:, -1].sum()),
        }
    return found


def _so_far(reached: Flags) -> list[int]:
    later: list[int] = np.logical_or.accumulate(reached[:, ::-1], axis=1)[:, ::-1].sum(axis=0).tolist()
    return later


def lead_scores(world: World) -> dict[str, Any]:
    """The area under the curve of each model, over all leads and by the period of the lead date."""
    people, scores, customer_at = world.people, world.scores, world.customer_at
    found: dict[str, Any] = {}
    for number, model in enumerate(MODELS):
        last: dict[int, tuple[int, int]] = {}
        for row in np.flatnonzero(scores.model == number).tolist():
            person, at = int(scores.person[row]), int(scores.at[row])
            lead, customer = int(people.lead_at[person]), int(customer_at[person])
            if lead <= at <= lead + SCORE_WINDOW and (customer == 0 or at < customer):
                last[person] = max(last.get(person, (0, 0)), (at, int(scores.score[row])))
        persons = np.asarray(sorted(last), dtype=np.int64)
        score = np.asarray([last[person][1] for person in sorted(last)], dtype=np.int64)
        became_lead = people.lead_at[persons]
        became = (customer_at[persons] > 0) & (customer_at[persons] - became_lead <= LEAD_WINDOW)
        month = np.asarray(month_of(became_lead), dtype="U7")
        quarter = np.asarray(
            [f"{name[:4]}-Q{(int(name[5:]) + 2) // 3}" for name in month.tolist()], dtype="U7"
        )
        year = month.astype("U4")
        over = became_lead + LEAD_WINDOW <= world.calendar.end
        found[model] = {
            "all": auc(score[over], became[over]),
            "by_quarter": {
                q: auc(score[quarter == q], became[quarter == q]) for q in np.unique(quarter).tolist()
            },
            "by_year": {y: auc(score[year == y], became[year == y]) for y in np.unique(year).tolist()},
        }
    return found


def auc(score: Ints, became: Flags) -> dict[str, Any]:
    """Concordant pairs and half the ties over all pairs of a converted and an unconverted lead."""
    good, bad = np.sort(score[became]), np.sort(score[~became])
    pairs = len(good) * len(bad)
    wins = int(np.searchsorted(bad, good, side="left").sum())
    ties = int(np.searchsorted(bad, good, side="right").sum()) - wins
    value = (wins + ties / 2) / pairs if pairs else None
    return {
        "leads": len(score),
        "converted": len(good),
        "pairs": pairs,
        "concordant": wins,
        "ties": ties,
        "auc": value,
    }


def surveys(world: World) -> dict[str, Any]:
    """Answers by survey; the net promoter score by source."""
    answers = world.answers
    by_survey: dict[str, Any] = {}
    nps: dict[str, Any] = {}
    monthly: dict[str, Any] = {}
    for number, survey in enumerate(SURVEYS):
        mine = answers.survey == number
        score, at = answers.score[mine], answers.at[mine]
        best = survey.scale_max - (1 if survey.scale_max >= 5 else 0)
        by_survey[survey.name] = {
            "source": survey.tool,
            "type": survey.kind,
            "answers": int(mine.sum()),
            "top": int((score >= best).sum()) if survey.kind == "csat" else None,
        }
        if survey.kind == "nps":
            good, bad = score >= 9, score <= 6
            value = float(good.sum() - bad.sum()) / max(1, len(score)) * 100
            nps[survey.tool] = {
                "answers": len(score),
                "promoters": int(good.sum()),
                "detractors": int(bad.sum()),
                "score": value,
            }
            monthly[survey.tool] = table(
                answers=by_month(at), promoters=by_month(at * good), detractors=by_month(at * bad)
            )
    return {"by_survey": by_survey, "nps": nps, "nps_by_month": monthly}
