"""The counts the world holds, computed from the world itself and never from a written file: `truth.json`.

Months are `2025-03`, sources and channels by name, money in euros (major units). The keys:

world         people, days, seed, shared, first_day, as_of
persons       how persons are known: both, email_only, id_only, two_contacts (also among both), leads
campaigns     source, campaign code: campaign_id in that source's files, name, utm, channel, campaign_type,
              journey
email         by_campaign (source, code), by_month (source, month of sending; channel email only),
total (source), each with
              sent, delivered, hard, soft, unique_opens (by persons or machines), machine_only_opens,
              human_openers,
              human_clickers, opened_and_clicked (clicked by a person, opened by anyone), unsubscribes,
              complaints, and
              purchases (messages whose reader bought within five days after the first human open or click)
lists         source, list: joined, left (memberships), members at the end
stages        leads, mql, sql, opportunities, new_customers by month
sales         paid_in_parts (orders by number of payments that name none)
              by_month: purchases, orders_with_zero_sum, cancelled, gross (of purchases),
net (orders on their own day, before
              dated refunds), refunds (dated, net, on their day; of orders and naming none),
              deals_without_order (net of
              won deals nobody ordered, by tool), revenue (net - refunds + all tools' deals),
              known_net (of known persons),
              repeat_purchases, repeat_net and repeat_refunds (of second and later orders), by_stream (net)
deals         by tool and outcome; created_after_closing (a fault), with_order_named, with_order_matching
subscriptions monthly_recurring_revenue by month (at its end, at the last day's rate);
              trials: due (to end) and paid by month
churn         all, generic (which does not know the other tools' deals); month: start and lost by rule
              (subscription, purchase) and in all; `is_known` once a year of purchases lies behind
journeys      journey: tool, steps, entries, reached (by step; a later step counts for the earlier ones),
              reached_in_window and completed_in_window (within 30 days after entering)
lead_scores   model: all, by_quarter and by_year (of the lead date): leads, converted, pairs,
auc; `all` over leads whose 90
              days are over
surveys       by_survey (answers, top = the two best scores, or the best of a scale under five),
nps by source: answers,
              promoters, detractors, score; nps_by_month by source
sessions      by_month: sessions, bounced, converted, engaged_seconds; by_channel (sessions)
content, forms by_month: views, comments; views, submits
social        network: posts, impressions, reach, engagements, watch_seconds; by_month engagements
inbox         provider: tested, reached
spend         by_month: booked and spread (set-up and licences by day), by_channel (booked); media by platform
claims        what was planted of tools' claims: the sum, what of it was viewed, and of the order its net
              (after refunds), refunds (net), tax, shipping, and whether the touch came before our window
situations    what was written by hand of what reports of real companies hold: the month, the messages sent,
              what was sold (purchases, revenue, new_customers, which no other key holds), why rows of it are
              set aside, and of KPIs in a slice of its own numerator and denominator (null: no row)
attribution   the persons written by hand: touches and the credit of each under every model
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from demo.company import situations
from demo.company.mail import Mailing
from demo.truth import attribution, messages, money, persons, visits
from demo.world import World

CampaignIds = Mapping[str, Callable[[Mailing], str]]


def of(world: World, campaign_ids: CampaignIds) -> dict[str, Any]:
    """Everything planted; `campaign_ids` gives for a source the id its files use for a mailing."""
    calendar = world.calendar
    return {
        "world": {
            "people": world.count,
            "days": world.days,
            "seed": world.seed,
            "shared": world.shared,
            "first_day": calendar.first_day.isoformat(),
            "as_of": calendar.as_of.isoformat(),
        },
        "persons": persons.known_by(world),
        "campaigns": messages.campaigns(world, campaign_ids),
        "email": messages.counts(world),
        "lists": messages.lists(world),
        "stages": persons.stages(world),
        "sales": money.sales(world),
        "deals": money.deals(world),
        "subscriptions": money.subscriptions(world),
        "churn": persons.churn(world),
        "journeys": persons.journeys(world),
        "lead_scores": persons.lead_scores(world),
        "surveys": persons.surveys(world),
        **visits.web(world),
        "social": visits.social(world),
        "inbox": visits.inbox(world),
        "spend": money.spend(world),
        "claims": money.claims(world),
        "situations": [] if world.shared else situations.truth(world.calendar),
        "attribution": attribution.persons(world),
    }


def text(value: Any, indent: int = 0) -> str:
    """JSON with one line for every innermost object or list."""
    if isinstance(value, dict) and any(isinstance(part, dict | list) for part in value.values()):
        lines = [f"{' ' * (indent + 1)}{json.dumps(str(k))}: {text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        lines = [f"{' ' * (indent + 1)}{text(part, indent + 1)}" for part in value]
        return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
    return json.dumps(value, ensure_ascii=False)
