"""Orders, refunds, subscriptions, deals and exchange rates; money in cents of its currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from demo.company import words
from demo.company.calendar import Calendar
from demo.company.draw import DAY, Flags, Floats, Ints, stream

PAID, REFUNDED, CANCELLED = 0, 1, 2
STATUSES = ("paid", "refunded", "cancelled")
PRODUCT, SERVICE, SUBSCRIPTION, OTHER = range(4)
ANONYMOUS = -1
OPEN, WON, LOST = 0, 1, 2
PIPELINES = ("new business", "renewal", "partners")
DEAL_TOOLS = ("generic", "hubspot", "salesforce")
FIRST_ORDER_NUMBER = 1001


@dataclass(frozen=True)
class Orders:
    """One entry an order, in time order; `refunded` is all that was given back up to as_of.

    `gross` = subtotal - discount + tax + shipping. `has_refund_date`: its refunds are rows of `Refunds`.
    `item` and `quantity` are orders x 3 (-1 and 0 for no line); subscription, service-deal and other orders
    have no items.
    """

    person: Ints
    at: Ints
    status: Ints
    currency: Ints
    subtotal: Ints
    discount: Ints
    tax: Ints
    shipping: Ints
    refunded: Ints
    has_refund_date: Flags
    stream: Ints
    channel: Ints
    campaign: Ints
    item: Ints
    quantity: Ints
    number: Ints

    @property
    def gross(self) -> Ints:
        return self.subtotal - self.discount + self.tax + self.shipping

    @property
    def net(self) -> Floats:
        """What the order earned on its own day, in its currency: dated refunds are not yet taken off."""
        gross = self.gross
        kept = 1 - np.where(self.has_refund_date, 0, self.refunded) / np.where(gross == 0, 1, gross)
        earned = (gross - self.tax - self.shipping) * kept
        return np.where((gross == 0) | (self.status == CANCELLED), 0.0, earned)

    @property
    def is_purchase(self) -> Flags:
        return np.asarray((self.status != CANCELLED) & (self.gross > 0), dtype=bool)

    def order_id(self, row: int) -> str:
        return f"#{FIRST_ORDER_NUMBER + int(self.number[row])}"


@dataclass(frozen=True)
class Refunds:
    """One entry a dated refund; `order` is a row of `Orders`, -1 where it names none."""

    order: Ints
    person: Ints
    at: Ints
    amount: Ints
    tax: Ints
    shipping: Ints
    currency: Ints
    stream: Ints
    channel: Ints


@dataclass(frozen=True)
class Subscriptions:
    """One entry a plan held; days are counted from the world's first day, `end_day` -1 while active.

    `start_day` is the first to be paid for, `trial_days` came before it. Nothing is paid from `pause_day` to
    the day before `resume_day`, -1 without a pause. A trial that lapsed, or what never began, ends as it
    starts.
    """

    person: Ints
    plan: Ints
    start_day: Ints
    end_day: Ints
    currency: Ints
    trial_days: Ints
    pause_day: Ints
    resume_day: Ints

    @property
    def monthly(self) -> Ints:
        return np.asarray([price for _, price in words.PLANS])[self.plan]

    @property
    def was_paid(self) -> Flags:
        """Whether any day was."""
        return (self.end_day < 0) | (self.end_day > self.start_day)

    def is_paid(self, day: int) -> Flags:
        """Whether it is paid for as this day ends."""
        active = (self.start_day <= day) & ((self.end_day < 0) | (self.end_day > day))
        return active & ~((self.pause_day >= 0) & (self.pause_day <= day) & (day < self.resume_day))


@dataclass(frozen=True)
class Deals:
    """One entry a deal; `order` is the row of the order it became, -1 none; `names_order`: it says so."""

    person: Ints
    created_at: Ints
    closed_at: Ints
    outcome: Ints
    amount: Ints
    currency: Ints
    pipeline: Ints
    order: Ints
    names_order: Flags
    tool: Ints
    channel: Ints


@dataclass(frozen=True)
class Sales:
    """All that was sold, and when each person bought."""

    calendar: Calendar
    orders: Orders
    refunds: Refunds
    subscriptions: Subscriptions
    deals: Deals
    people_count: int

    @cached_property
    def first_purchase_at(self) -> Ints:
        """Per person the earliest purchase or won deal, 0 for none."""
        found = np.full(self.people_count, np.iinfo(np.int64).max)
        bought = self.orders.is_purchase & (self.orders.person >= 0)
        np.minimum.at(found, self.orders.person[bought], self.orders.at[bought])
        won = self.deals.outcome == WON
        np.minimum.at(found, self.deals.person[won], self.deals.closed_at[won])
        return np.where(found == np.iinfo(np.int64).max, 0, found)

    @cached_property
    def first_deal_at(self) -> Ints:
        """Per person the creation of the first deal, 0 for none."""
        found = np.full(self.people_count, np.iinfo(np.int64).max)
        np.minimum.at(found, self.deals.person, self.deals.created_at)
        return np.where(found == np.iinfo(np.int64).max, 0, found)

    @cached_property
    def _purchases(self) -> tuple[Ints, Ints]:
        """The rows of known persons' purchases by person and time, and the keys they are sorted by."""
        rows = np.flatnonzero(self.orders.is_purchase & (self.orders.person >= 0))
        keys = self.orders.person[rows] * _SPAN + self.orders.at[rows]
        sequence = np.argsort(keys, kind="stable")
        return rows[sequence], keys[sequence]

    def next_purchase_row(self, person: Ints, after: Ints) -> Ints:
        """The order that is each person's first purchase after a moment, -1 for none."""
        rows, keys = self._purchases
        if not len(rows):
            return np.full_like(person, -1)
        place = np.searchsorted(keys, person * _SPAN + after, side="right")
        row = rows[np.minimum(place, len(rows) - 1)]
        return np.where((place < len(rows)) & (self.orders.person[row] == person), row, -1)

    def next_purchase(self, person: Ints, after: Ints) -> Ints:
        """The moment of each person's first purchase after a moment, 0 for none."""
        row = self.next_purchase_row(person, after)
        return np.where(row >= 0, self.orders.at[row], 0)

    @cached_property
    def rates(self) -> tuple[tuple[date, str, float], ...]:
        """Euros per pound and dollar on working days (none at weekends), the first known on the first day."""
        rng = stream(int(self.calendar.as_of.year), "rates")
        rate = {"GBP": 1.17, "USD": 0.92}
        found = []
        day = self.calendar.first_day
        while day.weekday() > 4:
            day -= timedelta(days=1)
        while day <= self.calendar.as_of:
            for currency, before in rate.items():
                rate[currency] = round(before * (1 + 0.003 * float(rng.standard_normal())), 4)
                if day.weekday() < 5:
                    found.append((day, currency, rate[currency]))
            day += timedelta(days=1)
        return tuple(found)

    @cached_property
    def _rate_table(self) -> Floats:
        """Days x currencies: the latest rate known on each day."""
        table = np.ones((self.calendar.days, len(words.CURRENCIES)))
        for day, currency, rate in self.rates:
            first = max(0, (day - self.calendar.first_day).days)
            table[first:, words.CURRENCIES.index(currency)] = rate
        return table

    def euros(self, cents: Ints | Floats, currency: Ints, at: Ints) -> Floats:
        """Amounts in euros (major units) at the rate of their day, or of the last working day before."""
        day = np.clip((at - self.calendar.start) // DAY, 0, self.calendar.days - 1)
        return np.asarray(cents / 100 * self._rate_table[day, currency], dtype=np.float64)


_SPAN = 1 << 33
