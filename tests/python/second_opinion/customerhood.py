"""Who is a customer on which evening, and what the subscriptions bring."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

from second_opinion.house import House
from second_opinion.periods import DAY, Period, last_day
from second_opinion.shapes import slice_value
from second_opinion.subscriptions import first_paid_on, is_paid_on, untelling_sources

ACTIVE = dt.timedelta(days=365)
Row = dict[str, Any]


class Kind(NamedTuple):
    """How a customer is judged, and under which slices the customer stands."""

    rule: str
    plan: str
    segment: str


class Customerhood:
    """Judged by subscriptions from the first paid day on; else by purchases and the contact's own date."""

    def __init__(self, house: House) -> None:
        """Reads subscriptions and purchases up to the last day."""
        self._house = house
        self._as_of = house.calendar.as_of
        self.subscriptions = [self._subscription(row) for row in house.subscriptions]
        self._untelling = untelling_sources(house.tables["subscriptions"])
        self._subscriptions_of: dict[str, list[Row]] = defaultdict(list)
        for row in self.subscriptions:
            if row["person"]:
                self._subscriptions_of[row["person"]].append(row)
        said = [row for row in house.customers if row["by"] == "contact"]
        self._first_paid_on = {
            row["person"]: row["first_paid_on"] for row in house.customers if row["first_paid_on"]
        }
        self._purchases_of: dict[str, list[Row]] = defaultdict(list)
        beginnings = [*house.sales.purchases, *({**row, "segment": None} for row in said)]
        for row in sorted(beginnings, key=lambda row: row["at"]):
            if row["at"].date() < self._first_paid_on.get(row["person"], dt.date.max):
                self._purchases_of[row["person"]].append(row)
        sales = [row["day"] for row in house.sales.orders]
        sales += [row["closed_at"].date() for row in house.sales.deals_without_order]
        self.known_from = min(sales or [row["day"] for row in said], default=dt.date.max - ACTIVE) + ACTIVE
        self._evenings: dict[dt.date, dict[str, Kind]] = {}

    def evening(self, day: dt.date) -> dict[str, Kind]:
        """Everybody who is a customer when a day ends."""
        if day not in self._evenings:
            midnight = dt.datetime.combine(day + DAY, dt.time())
            found: dict[str, Kind] = {}
            for person, rows in self._subscriptions_of.items():
                active = [row for row in rows if is_paid_on(row, day)]
                if active:
                    dearest = max(
                        active, key=lambda row: (row["amount"], row["started_on"], row["subscription_id"])
                    )
                    found[person] = Kind("subscription", *self._slices(person, dearest))
            for person, rows in self._purchases_of.items():
                if self._first_paid_on.get(person, dt.date.max) <= day:
                    continue
                recent = [row for row in rows if midnight - ACTIVE <= row["at"] < midnight]
                if recent:
                    found[person] = Kind("purchase", *self._slices(person, recent[-1]))
            self._evenings[day] = found
        return self._evenings[day]

    def amounts(self, day: dt.date) -> Iterator[tuple[str | None, Kind, float]]:
        """Person, kind and monthly amount of every subscription paid for when a day ends."""
        for row in self.subscriptions:
            if is_paid_on(row, day):
                yield row["person"], Kind("subscription", *self._slices(row["person"], row)), row["amount"]

    def paid(self, day: dt.date) -> dict[str, float]:
        """What each known person pays a month when a day ends."""
        paid: dict[str, float] = defaultdict(float)
        for person, _, amount in self.amounts(day):
            if person:
                paid[person] += amount
        return paid

    @property
    def began(self) -> dict[Kind, dt.date]:
        """Since when there is anybody or anything of a kind."""
        found: dict[Kind, dt.date] = {}
        days = [self._house.calendar.first_day.replace(month=1, day=1)]
        while days[-1] < self._as_of:
            days.append(days[-1] + DAY)
        for day in days:
            for kind in (*self.evening(day).values(), *(kind for _, kind, _ in self.amounts(day))):
                found.setdefault(kind, day)
        return found

    def is_known(self, kind: Kind, period: Period) -> bool:
        """Whether the data say who of a kind was a customer as a period began, and still is as it ends.

        Not of buyers of the first year, nor once a subscription is of the kind whose tool tells no ends.
        """
        if kind.rule == "subscription":
            return self.end(period) < self._untold_since.get(kind, dt.date.max)
        return period[1] >= self.known_from

    def is_untold(self, person: str) -> bool:
        """Whether nobody can tell when one of a person's subscriptions ended."""
        return any(row["source"] in self._untelling for row in self._paying_rows(person))

    def _paying_rows(self, person: str) -> list[Row]:
        return [row for row in self._subscriptions_of.get(person, ()) if first_paid_on(row, self._as_of)]

    @cached_property
    def _untold_since(self) -> dict[Kind, dt.date]:
        """Since when a kind holds a subscription whose tool tells no ends."""
        found: dict[Kind, dt.date] = {}
        for row in self.subscriptions:
            day = first_paid_on(row, self._as_of) if row["source"] in self._untelling else None
            while day and day <= self._as_of:
                if is_paid_on(row, day):
                    kinds = [Kind("subscription", *self._slices(row["person"], row))]
                    if row["person"]:
                        kinds.append(self.evening(day)[row["person"]])
                    for kind in kinds:
                        found[kind] = min(day, found.get(kind, day))
                day += DAY
        return found

    def end(self, period: Period) -> dt.date:
        """The last day of a period that is known."""
        return min(last_day(period), self._as_of)

    def yearly_retention(self) -> float | None:
        """Of the customers 365 days before the last evening, the share who are ones on it.

        Where that is not known, of those as soon as it is, to the power of 365 / days, from 180 days on.
        """
        first = self._as_of - 364 * DAY
        if self._purchases_of:
            first = max(first, self.known_from)
        before, now = self.evening(first - DAY), self.evening(self._as_of)
        before = {person: kind for person, kind in before.items() if not self.is_untold(person)}
        days = (self._as_of - first).days + 1
        if days < 180 or not before:
            return None
        return (sum(person in now for person in before) / len(before)) ** (365 / days)

    def _subscription(self, row: Mapping[str, Any]) -> Row:
        amount = row.get("monthly_amount") or 0.0
        return {
            **row,
            "person": self._house.people.key(row),
            "amount": amount * self._house.rates.on(row["currency"], row["started_on"]),
        }

    def _slices(self, person: str | None, row: Row) -> tuple[str, str]:
        segment = row.get("segment") or _first_segment(self._house).get(person)
        return slice_value(row.get("plan")), slice_value(segment)


@cache
def customerhood(house: House) -> Customerhood:
    """The house's, once."""
    return Customerhood(house)


@cache
def periods(house: House) -> list[Period]:
    """Every period that holds a day up to the last."""
    found: set[Period] = set()
    day = house.calendar.first_day.replace(month=1, day=1)
    while day <= house.calendar.as_of:
        found.update(house.calendar.periods_of(day))
        day += DAY
    return sorted(found)


@cache
def _first_segment(house: House) -> dict[str | None, str | None]:
    of_contacts: dict[str | None, str | None] = {
        key: person["segment"] for key, person in house.persons.items()
    }
    return of_contacts | {customer["person"]: customer["segment"] for customer in house.customers}
