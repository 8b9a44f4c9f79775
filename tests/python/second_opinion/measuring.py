"""Since when a KPI is measured, and what a period without anything is: nothing, or unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from second_opinion.periods import DAY, Calendar, last_day
from second_opinion.shapes import Figure, Key

Tables = Mapping[str, Iterable[Mapping[str, Any]]]
Groups = tuple[str, ...]

# The moments a row tells of, by entity.
MOMENTS: Mapping[str, tuple[str, ...]] = {
    "claims": ("day",),
    "contacts": ("lead_at", "mql_at", "sql_at", "opportunity_at", "customer_at"),
    "content_stats": ("viewed_on",),
    "email_events": ("occurred_at",),
    "email_messages": ("sent_at", "delivered_at", "bounced_at"),
    "email_stats": ("sent_on",),
    "form_stats": ("viewed_on",),
    "inbox_tests": ("tested_at",),
    "journey_steps": ("reached_at",),
    "lead_scores": ("scored_at",),
    "opportunities": ("created_at", "closed_at"),
    "orders": ("ordered_at",),
    "refunds": ("refunded_at",),
    "session_stats": ("session_on",),
    "sessions": ("started_at",),
    "social_posts": ("active_on",),
    "spend": ("spent_on",),
    "subscribers": ("subscribed_at",),
    "subscriptions": ("started_on",),
    "survey_responses": ("answered_at",),
    "touchpoints": ("touched_at",),
}
MAIL = "email_events email_messages email_stats"
SALES = "orders refunds opportunities"
WON = "orders opportunities contacts subscriptions"
TOUCHES = "email_events email_messages sessions touchpoints"
VISITS = "sessions session_stats"
INTERACTIONS = "reactions comments shares saves direct_messages replies link_clicks"

# What each KPI needs: one of each group. `entity.column` is a count that not every tool has.
_NEEDS: Mapping[Groups, str] = {
    (
        MAIL,
    ): "open_rate human_open_rate click_rate click_to_open_rate bounce_rate hard_bounce_rate soft_bounce_rate"
    " unsubscribe_rate complaint_rate message_conversion_rate personalization_lift segment_conversion_lift",
    ("contacts",): "new_leads mql_rate mql_to_sql_rate lead_stage_days",
    ("contacts.mql_at",): "marketing_qualified_leads",
    ("contacts.sql_at",): "sales_qualified_leads",
    ("contacts opportunities",): "lead_to_opportunity_rate sql_to_opportunity_rate",
    (WON,): "lead_conversion_rate new_customers acquisition_rate churn_rate retention_rate",
    ("orders opportunities subscriptions",): "cohort_retention_rate",
    ("subscriptions",): "monthly_recurring_revenue revenue_churn_rate expansion_revenue_rate"
    " net_revenue_retention_rate trial_conversion_rate",
    ("orders opportunities",): "customer_lifetime_value",
    (SALES + " subscriptions",): "predicted_customer_lifetime_value",
    ("inbox_tests",): "inbox_placement_rate",
    ("subscribers",): "list_unsubscribe_rate list_growth_rate inactive_subscriber_rate",
    ("social_posts",): "social_engagement_rate",
    (" ".join(f"social_posts.{kind}" for kind in INTERACTIONS.split()),): "social_engagements",
    ("social_posts.watch_seconds",): "video_watch_hours",
    ("sessions.visitor_id",): "website_visitors",
    (VISITS,): "website_sessions website_bounce_rate landing_page_conversion_rate",
    (VISITS + " content_stats",): "average_engagement_seconds",
    ("content_stats.comments",): "content_comments",
    ("form_stats",): "form_submission_rate",
    ("survey_responses",): "csat_score net_promoter_score",
    ("journey_steps",): "journey_step_conversion_rate journey_step_hours journey_completion_rate",
    ("lead_scores", "contacts orders opportunities"): "lead_score_auc lead_score_lift",
    ("opportunities",): "sales_cycle_days opportunity_win_rate",
    (SALES,): "total_revenue known_customer_revenue_rate",
    ("orders",): "order_count",
    ("orders refunds",): "average_order_value repeat_customer_revenue repeat_revenue_rate",
    (SALES, TOUCHES): "attributed_revenue marketing_influenced_revenue_rate",
    ("spend", SALES, TOUCHES): "marketing_profit marketing_roi automation_roi",
    ("spend", "orders opportunities subscriptions", TOUCHES): "cost_per_acquisition",
    ("spend", SALES): "marketing_efficiency_ratio",
    ("claims", SALES): "claimed_revenue_ratio",
    ("spend", WON): "customer_acquisition_cost",
    ("spend", "contacts"): "cost_per_lead",
    ("spend", "contacts.mql_at"): "cost_per_mql",
}
# What the numerator alone needs, where that is less.
_NUMERATORS: Mapping[str, str] = {
    "customer_acquisition_cost": "spend",
    "cost_per_acquisition": "spend",
    "cost_per_lead": "spend",
    "cost_per_mql": "spend",
    "marketing_efficiency_ratio": SALES,
}
NEEDS = {kpi: groups for groups, kpis in _NEEDS.items() for kpi in kpis.split()}


def measured_since(kpi: str, first_day_of: Callable[[str], dt.date | None]) -> dt.date | None:
    """The day on which the last of all that a KPI needs began; None where something never did."""
    return _since(NEEDS[kpi], first_day_of)


def numerator_since(kpi: str, first_day_of: Callable[[str], dt.date | None]) -> dt.date | None:
    """The same of what its numerator needs."""
    return _since((_NUMERATORS[kpi],) if kpi in _NUMERATORS else NEEDS[kpi], first_day_of)


def _since(groups: Groups, first_day_of: Callable[[str], dt.date | None]) -> dt.date | None:
    begins = []
    for group in groups:
        days = [day for day in map(first_day_of, group.split()) if day]
        if not days:
            return None
        begins.append(min(days))
    return max(begins)


def first_day(tables: Tables, measure: str) -> dt.date | None:
    """The first day that the rows of an entity tell of; of a count, the rows that measure it."""
    entity, _, count = measure.partition(".")
    moments = MOMENTS[entity][:1] if count else MOMENTS[entity]
    days = [
        moment.date() if isinstance(moment, dt.datetime) else moment
        for row in tables[entity]
        if not count or row.get(count) is not None
        for moment in (row.get(name) for name in moments)
        if moment
    ]
    return min(days, default=None)


def as_measured(
    figures: Mapping[Key, Figure], since: dt.date | None, numerator_since: dt.date | None
) -> dict[Key, Figure]:
    """Figures since the data began: before there are none, and a period that began before is not complete.

    numerator_since: since when the numerator alone is known.
    """
    found = {}
    for key, figure in figures.items():
        end = last_day((key.grain, key.start))
        if since is None or end < since:
            known = figure.numerator if numerator_since and end >= numerator_since else None
            base = 0.0 if known is not None and figure.denominator is not None else None
            found[key] = Figure(known, base, None, None, None, is_complete=False)
        else:
            found[key] = replace(figure, is_complete=figure.is_complete and key.start >= since)
    return found


def with_zeros(
    figures: Mapping[Key, Figure], since: dt.date | None, settles_after_days: int, calendar: Calendar
) -> dict[Key, Figure]:
    """A total's figures, and 0 for complete periods without one: of slices between first and last."""
    if since is None:
        return dict(figures)
    days = (calendar.as_of - since).days + 1
    periods = {
        period
        for number in range(days)
        for period in calendar.periods_of(since + number * DAY)
        if period[1] >= since and calendar.is_complete(period, settles_after_days)
    }
    zeros = {Key(*period, "all", "all") for period in periods}
    sliced = sorted(
        (key for key in figures if key.dimension != "all" and key.grain in ("month", "quarter", "year")),
        key=lambda key: (key.grain, key.dimension, key.value, key.start),
    )
    for (grain, dimension, value), group in groupby(
        sliced, key=lambda key: (key.grain, key.dimension, key.value)
    ):
        starts = [key.start for key in group]
        zeros |= {
            Key(grain, start, dimension, value)
            for of, start in periods
            if of == grain and starts[0] < start < starts[-1]
        }
    return {**{key: Figure(0.0, None, 0.0, None, None, is_complete=True) for key in zeros}, **figures}
