"""When persons became what, and where they came from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.people import People
from second_opinion.sales import Sales
from second_opinion.subscriptions import first_subscriptions, told_once

Row = dict[str, Any]
STAGES = ("lead_at", "mql_at", "sql_at", "opportunity_at", "customer_at")
# Stages that some tools and files do not know.
NOT_BY_ALL = ("mql_at", "sql_at")
LAST_SECOND = dt.time(23, 59, 59)
NEVER = dt.datetime(9999, 12, 31)
ORIGINS = ("channel", "campaign", "landing_page", "segment")


def known_persons(
    tables: Mapping[str, Sequence[Row]], people: People, campaigns: Campaigns, sales: Sales, as_of: dt.date
) -> dict[str, Row]:
    """For each person the first time of each stage, and the origin by the record of the earliest lead date.

    Customer is the earliest of the contact's own date, own purchases and the end of the first paid day of a
    subscription; opportunity of own deals too.
    """
    persons: dict[str, Row] = defaultdict(
        lambda: {**dict.fromkeys((*STAGES, *ORIGINS)), "told": set(), "untold": set()}
    )
    tellers = {stage: {row["source"] for row in tables["contacts"] if stage in row} for stage in NOT_BY_ALL}
    for row in sorted(tables["contacts"], key=_by_lead_date):
        key = people.key(row)
        if key is None:
            continue
        person = persons[key]
        for stage in NOT_BY_ALL if row.get("lead_at") or row.get("mql_at") else ():
            person["told" if row["source"] in tellers[stage] else "untold"].add(stage)
        for stage in STAGES:
            person[stage] = _earliest(person[stage], row.get(stage), as_of)
        for origin in ORIGINS:
            value = (
                campaigns.name(row["source"], row.get(origin)) if origin == "campaign" else row.get(origin)
            )
            person[origin] = person[origin] if person[origin] is not None else value
    for deal in sales.deals:
        if deal["person"]:
            person = persons[deal["person"]]
            person["opportunity_at"] = _earliest(person["opportunity_at"], deal["created_at"], as_of)
    for purchase in sales.purchases:
        person = persons[purchase["person"]]
        person["customer_at"] = _earliest(person["customer_at"], purchase["at"], as_of)
    begun = told_once(tables["subscriptions"], people, as_of)
    for key, (day, _) in first_subscriptions(begun, people, as_of).items():
        person = persons[key]
        person["customer_at"] = _earliest(person["customer_at"], dt.datetime.combine(day, LAST_SECOND), as_of)
    return dict(persons)


def is_measured(person: Row, stage: str) -> bool:
    """Whether anything that tells of a lead would tell of the stage, too."""
    return person[stage] is not None or stage in person["told"] or stage not in person["untold"]


def known_customers(
    persons: Mapping[str, Row], sales: Sales, subscribed: Mapping[str, tuple[dt.date, Row]]
) -> list[Row]:
    """Who ever became a customer, and `by` what; the first purchase says where from, else the contact.

    subscribed: each person's first paid day and subscription, which names the segment where it came first.
    """
    first: dict[str, Row] = {}
    for row in sorted(sales.purchases, key=lambda row: (row["at"], row["kind"] != "order", row["id"])):
        first.setdefault(row["person"], row)
    customers = []
    for key, person in persons.items():
        if person["customer_at"]:
            purchase = first.get(key, {})
            day, paid_on, subscription = person["customer_at"].date(), *subscribed.get(key, (None, {}))
            by = "contact"
            if purchase and purchase["at"] == person["customer_at"]:
                by = "purchase"
            elif paid_on == day:
                by = "subscription"
            says = [purchase, subscription] if by != "subscription" else [subscription, purchase]
            segments = [row["segment"] for row in (*says, person) if row.get("segment")]
            customers.append(
                {
                    "person": key,
                    "at": person["customer_at"],
                    "day": day,
                    "by": by,
                    "first_paid_on": paid_on,
                    "channel": purchase.get("channel") or person["channel"],
                    "campaign": purchase.get("campaign") or person["campaign"],
                    "segment": segments[0] if segments else None,
                }
            )
    return customers


def _by_lead_date(row: Row) -> tuple[bool, Any, str, str]:
    lead_at = row.get("lead_at")
    return (lead_at is None, lead_at or NEVER, row["source"], row.get("person_id") or "")


def _earliest(known: dt.datetime | None, other: dt.datetime | None, as_of: dt.date) -> dt.datetime | None:
    if other is None or other.date() > as_of:
        return known
    return other if known is None else min(known, other)
