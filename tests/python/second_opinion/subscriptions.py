"""When subscriptions are paid for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.people import People
from second_opinion.sales import SAME_AMOUNT, rank
from second_opinion.turns import one_for_one

Row = Mapping[str, Any]


def untelling_sources(rows: Sequence[Row]) -> set[str]:
    """The tools of whose subscriptions no row has a column for the end."""
    return {row["source"] for row in rows} - {row["source"] for row in rows if "ended_on" in row}


def told_once(rows: Sequence[Row], people: People, as_of: dt.date) -> list[Row]:
    """Subscriptions that began by `as_of`, each once: by who tells of ends, of the amount, or ranks best."""
    begun = [row for row in rows if row["started_on"] <= as_of]
    untelling = untelling_sources(rows)
    near: dict[dt.date, list[Row]] = defaultdict(list)
    for row in begun:
        for days in (-1, 0, 1):
            near[row["started_on"] + dt.timedelta(days)].append(row)

    def place(row: Row) -> tuple[Any, ...]:
        telling = (row["source"] in untelling, row.get("monthly_amount") is None)
        return (*telling, rank("subscriptions", row["export"]), row["source"])

    def _of_whom_others_name(row: Row) -> Row:
        named = [other for other in near[row["started_on"]] if stands_for(row, other) and people.key(other)]
        # A person's name is its own address, or an address of nobody else.
        return {**row, "email": people.key(min(named, key=_by_rank))} if named else row

    def is_like(other: Row, row: Row) -> bool:
        if other["source"] == row["source"]:
            return False
        persons = {people.key(row), people.key(other)}
        is_same_id = row["subscription_id"] == other["subscription_id"]
        if len(persons) > 1 or persons == {None}:
            return None in persons and is_same_id
        amounts = row.get("monthly_amount"), other.get("monthly_amount")
        if is_same_id or None in amounts:
            return True
        if place(other) > place(row):
            amounts = amounts[::-1]
        return row["currency"] == other["currency"] and abs(amounts[0] - amounts[1]) <= SAME_AMOUNT * abs(
            amounts[1]
        )

    def candidates(row: Row) -> list[tuple[tuple[float, ...], Row]]:
        return [
            (
                (
                    float(other["subscription_id"] != row["subscription_id"]),
                    float(abs((other["started_on"] - row["started_on"]).days)),
                    abs((other.get("monthly_amount") or 0.0) - (row.get("monthly_amount") or 0.0))
                    if None not in (other.get("monthly_amount"), row.get("monthly_amount"))
                    else 0.0,
                ),
                other,
            )
            for other in near[row["started_on"]]
            if is_like(other, row)
        ]

    same = one_for_one(begun, candidates, _key)

    def stands_for(other: Row, row: Row) -> bool:
        return _key(other) in same.get(_key(row), ()) and place(other) < place(row)

    told = [row for row in begun if not any(stands_for(other, row) for other in near[row["started_on"]])]
    return [row if people.key(row) else _of_whom_others_name(row) for row in told]


def _key(row: Row) -> tuple[str, str]:
    return row["source"], row["subscription_id"]


def _by_rank(row: Row) -> tuple[Any, ...]:
    return rank("subscriptions", row["export"]), row["source"], row["subscription_id"]


def has_trial(row: Row) -> bool:
    """Whether a subscription began with days that cost nothing."""
    return row.get("trial_ends_on") is not None and row["trial_ends_on"] > row["started_on"]


def costs(row: Row) -> bool:
    """Whether anything, known or not, is to be paid for it."""
    amount = row.get("monthly_amount")
    return amount is None or amount > 0


def is_paid_on(row: Row, day: dt.date) -> bool:
    """Whether a subscription is paid for as a day ends: past its trial, not ended, not resting."""
    if not costs(row) or day < _billed_on(row):
        return False
    if row.get("ended_on") is not None and day >= row["ended_on"]:
        return False
    paused, resumed = row.get("paused_on"), row.get("resumed_on")
    if paused is None or day < paused:
        return True
    return resumed is not None and paused <= resumed <= day


def first_paid_on(row: Row, as_of: dt.date) -> dt.date | None:
    """The first day paid for; None where there is none by `as_of`."""
    days = [_billed_on(row)]
    if row.get("resumed_on"):
        days.append(max(days[0], row["resumed_on"]))
    return min((day for day in days if day <= as_of and is_paid_on(row, day)), default=None)


def first_subscriptions(
    rows: Sequence[Row], people: People, as_of: dt.date
) -> dict[str, tuple[dt.date, Row]]:
    """Each person's first paid day, with the subscription: the dearest of that day."""
    first: dict[str, tuple[dt.date, float, str, str, Row]] = {}
    for row in rows:
        person, day = people.key(row), first_paid_on(row, as_of)
        if person is None or day is None:
            continue
        entry = (day, -(row.get("monthly_amount") or 0.0), row["source"], row["subscription_id"], row)
        if person not in first or entry[:4] < first[person][:4]:
            first[person] = entry
    return {person: (entry[0], entry[4]) for person, entry in first.items()}


def subscription_conversions(
    subscribed: Mapping[str, tuple[dt.date, Row]], purchases: Sequence[Row]
) -> list[dict[str, Any]]:
    """Who began by subscribing (nothing bought until the next evening), as purchases without revenue."""
    bought: dict[str, dt.date] = {}
    for purchase in purchases:
        day = purchase["at"].date()
        bought[purchase["person"]] = min(bought.get(purchase["person"], day), day)
    found = []
    for person, (day, row) in subscribed.items():
        if person in bought and bought[person] <= day + dt.timedelta(days=1):
            continue
        found.append(
            {
                "kind": "subscription",
                "source": row["source"],
                "id": row["subscription_id"],
                "conversion": ("subscription", row["source"], row["subscription_id"]),
                "person": person,
                "at": dt.datetime.combine(day, dt.time(23, 59, 59)),
                "net_revenue": 0.0,
            }
        )
    return found


def _billed_on(row: Row) -> dt.date:
    return row["trial_ends_on"] if has_trial(row) else row["started_on"]
