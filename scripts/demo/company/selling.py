"""Who bought what when: draws the orders, refunds, subscriptions and deals of the people."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np

from demo.company import handmade, words
from demo.company.calendar import CHANNEL, Calendar
from demo.company.draw import DAY, HOUR, Flags, Ints, lognormal, pick, stream
from demo.company.people import BUSINESS, HAND_MADE, PROFESSIONALS, People
from demo.company.sales import (
    ANONYMOUS,
    CANCELLED,
    LOST,
    OPEN,
    OTHER,
    PAID,
    PRODUCT,
    REFUNDED,
    SERVICE,
    SUBSCRIPTION,
    WON,
    Deals,
    Orders,
    Refunds,
    Sales,
    Subscriptions,
)

TRIAL_DAYS = 14
_BLOCK = 20_000
"""Persons whose orders are drawn at once."""


def build(calendar: Calendar, seed: int, people: People) -> Sales:
    """Every sale of these people."""
    rng = stream(seed, "sales")
    subscriptions, invoices, subscribed_from = _subscriptions(rng, calendar, people)
    shop = _join(
        [
            _shop_orders(stream(seed, "shop", first), calendar, people, first, subscribed_from)
            for first in range(0, people.count, _BLOCK)
        ]
    )
    deals, deal_orders = _deals(rng, calendar, people, subscribed_from)
    by_hand, deals_by_hand = _hand_made(calendar)
    anonymous = _anonymous_orders(rng, calendar, people.count)
    joined = _join([deal_orders, shop, invoices, anonymous, by_hand])
    sequence = np.argsort(joined.at, kind="stable")
    place = np.empty_like(sequence)
    place[sequence] = np.arange(len(sequence))
    orders = replace(_take(joined, sequence), number=np.arange(len(sequence)))
    ordered = np.flatnonzero(deals.order >= 0)
    deals.order[ordered] = place[deals.order[ordered]]
    deals = _join_deals([deals, deals_by_hand])
    orders, refunds = _refunds(rng, calendar, orders, deals)
    return Sales(calendar, orders, refunds, subscriptions, deals, people.count)


def _join(parts: list[Orders]) -> Orders:
    return Orders(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Orders)}
    )


def _join_deals(parts: list[Deals]) -> Deals:
    return Deals(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Deals)})


def _hand_made(calendar: Calendar) -> tuple[Orders, Deals]:
    """The orders and deals of the persons written by hand."""
    sold = handmade.orders(calendar)
    channel = np.full(len(sold), CHANNEL["direct"])
    person, at, cents = (np.asarray([row[part] for row in sold], dtype=np.int64) for part in range(3))
    zero = np.zeros(len(sold), dtype=np.int64)
    orders = plain_orders(person, at, cents, zero, PRODUCT, channel, zero - 1, False)
    made = handmade.deals(calendar)
    owner, created, closed, amount = (
        np.asarray([row[part] for row in made], dtype=np.int64) for part in range(4)
    )
    zero = np.zeros(len(made), dtype=np.int64)
    deals = Deals(
        owner,
        created,
        closed,
        zero + WON,
        amount,
        zero,
        zero,
        zero - 1,
        zero > 0,
        zero,
        zero + CHANNEL["direct"],
    )
    return orders, deals


def _take(orders: Orders, rows: Ints) -> Orders:
    return Orders(**{f.name: getattr(orders, f.name)[rows] for f in fields(Orders)})


def plain_orders(
    person: Ints,
    at: Ints,
    subtotal: Ints,
    currency: Ints,
    kind: int,
    channel: Ints,
    campaign: Ints,
    taxed: bool,
) -> Orders:
    """Paid orders without items, discount or shipping; taxed at a fifth or not at all."""
    size = len(person)
    return Orders(
        person=person, at=at, status=np.zeros(size, dtype=np.int64), currency=currency, subtotal=subtotal,
        discount=np.zeros(size, dtype=np.int64),
        tax=subtotal // 5 if taxed else np.zeros(size, dtype=np.int64),
        shipping=np.zeros(size, dtype=np.int64), refunded=np.zeros(size, dtype=np.int64),
        has_refund_date=np.zeros(size, dtype=bool), stream=np.full(size, kind, dtype=np.int64),
        channel=channel, campaign=campaign, item=np.full((size, 3), -1, dtype=np.int64),
        quantity=np.zeros((size, 3), dtype=np.int64), number=np.zeros(size, dtype=np.int64),
    )  # fmt: skip


def _office_hours(rng: np.random.Generator, at: Ints) -> Ints:
    """The same day, between seven and twenty-two o'clock."""
    return at // DAY * DAY + 7 * HOUR + (rng.random(at.shape) * 15 * HOUR).astype(np.int64)


def _shop_orders(
    rng: np.random.Generator, calendar: Calendar, people: People, start: int, subscribed_from: Ints
) -> Orders:
    """Orders of a block of persons: a first, repeats at uneven gaps, some after more than a year."""
    most = 16
    person = np.arange(start, min(start + _BLOCK, people.count))
    buys = rng.random(len(person)) < np.asarray([0.6, 0.5, 0.5, 0.12])[people.segment[person]]
    person = person[buys & (person >= HAND_MADE)]
    gaps = np.maximum(lognormal(rng, 50.0, 0.75, (len(person), most)), 1.0)
    gaps[:, 0] = np.minimum(lognormal(rng, 20.0, 1.3, len(person)), 260)
    returns = rng.random(len(person)) < 0.06
    gaps[returns, 2] = 380 + 50 * rng.random(int(returns.sum()))
    goes_on = (
        rng.random((len(person), most)) < np.asarray([0.9, 0.88, 0.84, 0.75])[people.segment[person]][:, None]
    )
    goes_on[:, 0] = True
    goes_on[returns, :3] = True
    goes_on = np.logical_and.accumulate(goes_on, axis=1)
    first = np.maximum(people.created_at[person], subscribed_from[person])
    at = first[:, None] + np.cumsum(gaps * DAY, axis=1).astype(np.int64)
    at = _office_hours(rng, at)
    at = np.maximum(at, first[:, None] + 2 * HOUR)
    keep = goes_on & (at <= calendar.end)
    at = _clear_month_edges(calendar, at, keep)
    lead = people.lead_at[person]
    away = np.abs(at[:, 0] - lead - 90 * DAY) < 2 * DAY
    at[:, 0] = np.where(away & (lead > 0), at[:, 0] - 6 * DAY, at[:, 0])
    owner = np.repeat(person, most).reshape(keep.shape)[keep]
    when = at[keep]
    size = len(owner)
    kind = np.where(rng.random(size) < 0.08, SERVICE, np.where(rng.random(size) < 0.02, OTHER, PRODUCT))
    item = rng.integers(0, len(words.PRODUCTS), (size, 3))
    lines = pick(rng, size, (0.55, 0.3, 0.15)) + 1
    item[:, 1] = np.where(lines > 1, (item[:, 0] + 1 + item[:, 1] % 5) % len(words.PRODUCTS), -1)
    item[:, 2] = np.where(lines > 2, (item[:, 0] + 7) % len(words.PRODUCTS), -1)
    quantity = np.where(item >= 0, 1 + (rng.random((size, 3)) < 0.2), 0)
    prices = np.asarray([price for _, price in words.PRODUCTS])
    subtotal = (np.where(item >= 0, prices[item], 0) * quantity).sum(axis=1)
    service = np.asarray([price for _, price in words.SERVICES])[item[:, 0] % len(words.SERVICES)]
    item[kind != PRODUCT] = -1
    quantity[kind != PRODUCT] = 0
    subtotal = np.where(kind == SERVICE, service, np.where(kind == OTHER, 2500, subtotal))
    season = calendar.season_at(when)
    share = np.where(season >= 0, 20, 0)
    share = np.where((share == 0) & (rng.random(size) < 0.12), 10, share)
    share = np.where(rng.random(size) < 0.012, 100, share)
    discount = subtotal * share // 100
    tax = (subtotal - discount) // 5
    shipping = np.where((kind == PRODUCT) & (subtotal - discount < 5000) & (share < 100), 490, 0)
    channel = pick(rng, size, (0.2, 0.13, 0.12, 0.07, 0.24, 0.06, 0.13, 0.03, 0.02))
    status = np.where((rng.random(size) < 0.035) & (share < 100), CANCELLED, PAID)
    empty = np.zeros(size, dtype=np.int64)
    return Orders(
        person=owner, at=when, status=status, currency=people.currency[owner], subtotal=subtotal,
        discount=discount, tax=tax, shipping=shipping, refunded=empty,
        has_refund_date=np.zeros(size, dtype=bool), stream=kind, channel=channel,
        campaign=calendar.label_at(when, channel), item=item, quantity=quantity, number=empty,
    )  # fmt: skip


def _clear_month_edges(calendar: Calendar, at: Ints, keep: Flags) -> Ints:
    """Moves orders whose customer lapses a year later off the month's edge, where conventions differ."""
    following = np.where(np.roll(keep, -1, axis=1), np.roll(at, -1, axis=1), calendar.end + 1000 * DAY)
    following[:, -1] = calendar.end + 1000 * DAY
    lapses = keep & (following - at > 355 * DAY) & (at + 350 * DAY < calendar.end)
    return np.where(lapses, at + _from_edge(at) * DAY, at)


def _from_edge(at: Ints) -> Ints:
    """Days to add so that a moment is not among the first three or last days of its month."""
    day = at.astype("datetime64[s]").astype("datetime64[D]")
    number = (day - day.astype("datetime64[M]")).astype(np.int64)
    return np.where(number <= 2, 3, np.where(number >= 26, 9, 0))


def _anonymous_orders(rng: np.random.Generator, calendar: Calendar, count: int) -> Orders:
    """Till sales of nobody in particular."""
    size = max(4, int(count * calendar.days / 730 * 0.16))
    at = (
        calendar.start
        + DAY
        + np.sort((rng.random(size) * (calendar.end - calendar.start - 2 * DAY)).astype(np.int64))
    )
    at = _office_hours(rng, at)
    channel = np.full(size, CHANNEL["direct"])
    subtotal = rng.integers(15, 90, size) * 100
    nobody = np.full(size, ANONYMOUS, dtype=np.int64)
    return plain_orders(nobody, at, subtotal, np.zeros(size, dtype=np.int64), PRODUCT, channel, nobody, True)


def _subscriptions(
    rng: np.random.Generator, calendar: Calendar, people: People
) -> tuple[Subscriptions, Orders, Ints]:
    """Plans held, their quarterly invoices, and the moment from which each subscriber may buy (0 for others).

    A subscriber's first subscription comes before the first purchase, so that judging customers by
    subscriptions is never a matter of order. Starts and ends keep away from the month's edges.
    """
    rows: list[tuple[int, int, int, int]] = []
    chosen = rng.random(people.count) < np.asarray([0.3, 0.24, 0.3, 0.0])[people.segment]
    chosen[:HAND_MADE] = False
    persons = np.flatnonzero(chosen)
    first = (
        (people.created_at[persons] - calendar.start) // DAY
        + 1
        + (rng.random(len(persons)) * 30).astype(np.int64)
    )
    length = 40 + lognormal(rng, 300.0, 0.8, len(persons)).astype(np.int64)
    plan = pick(rng, len(persons), (0.5, 0.35, 0.15))
    turn = rng.random((len(persons), 4))
    for index, person in enumerate(persons.tolist()):
        start, span = _off_edge(calendar, int(first[index])), int(length[index])
        held = int(plan[index])
        if start >= calendar.days:
            continue
        if turn[index, 0] < 0.22 and span > 120:
            change = _off_edge(calendar, start + 60 + int(turn[index, 1] * 40))
            rows.append((person, held, start, change))
            held, start = (held + 1) % len(words.PLANS), change
        end = _off_edge(calendar, start + span)
        rows.append((person, held, start, end))
        if turn[index, 2] < 0.25:
            again = _off_edge(calendar, end + 45 + int(turn[index, 3] * 80))
            rows.append((person, held, again, _off_edge(calendar, again + 400)))
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
    table = table[table[:, 2] < calendar.days]
    end_day = np.where(table[:, 3] < calendar.days, table[:, 3], -1)
    found = _with_trials_and_pauses(calendar, people, table, end_day, np.flatnonzero(~chosen)[HAND_MADE:])
    last = np.where(found.end_day < 0, calendar.days, found.end_day)
    invoices = (last - found.start_day + 90) // 91
    owner = np.repeat(np.arange(len(found.person)), invoices)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(invoices) - invoices, invoices)
    at = calendar.start + (found.start_day[owner] + nth * 91) * DAY + 8 * HOUR + (found.person[owner] % 3000)
    channel = people.channel[found.person[owner]]
    orders = plain_orders(
        found.person[owner], at, found.monthly[owner] * 3, found.currency[owner], SUBSCRIPTION, channel,
        np.full(len(owner), -1, dtype=np.int64), True,
    )  # fmt: skip
    subscribed_from = np.zeros(people.count, dtype=np.int64)
    for person, _, start, _ in reversed(rows):
        subscribed_from[person] = calendar.start + (start + 1) * DAY
    return found, orders, subscribed_from


def _with_trials_and_pauses(
    calendar: Calendar, people: People, table: Ints, end_day: Ints, others: Ints
) -> Subscriptions:
    """Plans held, with what is planted by rule: trials paid on, one pause, trials of `others` that lapsed.

    table: person, plan and first paid day by column. The last of the others was active on no day.
    """
    row = np.arange(len(table))
    is_first = np.r_[True, table[1:, 0] != table[:-1, 0]] if len(table) else np.zeros(0, dtype=bool)
    trial_days = np.where(is_first & (row % 3 == 0) & (table[:, 2] >= TRIAL_DAYS), TRIAL_DAYS, 0)
    long = np.flatnonzero(end_day - table[:, 2] > 200)[:1]
    pause_day, resume_day = np.full(len(table), -1), np.full(len(table), -1)
    pause_day[long], resume_day[long] = table[long, 2] + 70, table[long, 2] + 130
    lapsed = others[:: max(1, len(others) // 12)]
    day = (people.created_at[lapsed] - calendar.start) // DAY + 3 + TRIAL_DAYS
    lapsed, day = lapsed[day < calendar.days], day[day < calendar.days]
    count, nothing = len(lapsed), np.full(len(lapsed), -1)
    return Subscriptions(
        np.r_[table[:, 0], lapsed],
        np.r_[table[:, 1], np.arange(count) % len(words.PLANS)],
        np.r_[table[:, 2], day],
        np.r_[end_day, day],
        people.currency[np.r_[table[:, 0], lapsed]],
        np.r_[trial_days, np.where(np.arange(count) < count - 1, TRIAL_DAYS, 0)],
        np.r_[pause_day, nothing],
        np.r_[resume_day, nothing],
    )


def _off_edge(calendar: Calendar, day: int) -> int:
    """The same day, or one nearby that is not among the first or last two days of its month."""
    that = calendar.first_day + timedelta(days=day)
    if that.day <= 2:
        return day + 2
    return day - 4 if that.day >= 27 else day


def _deals(
    rng: np.random.Generator, calendar: Calendar, people: People, subscribed_from: Ints
) -> tuple[Deals, Orders]:
    """Deals of business customers and the orders some became; `Deals.order` counts within those orders.

    A third of the won deals names its order, a fifth has one that only amount and time tell (within 1 %, a
    few days after closing), the rest has none and no order of its own size anywhere near. One won deal was,
    by somebody's mistake, created after it was closed.
    """
    open_to = (people.sql_at > 0) & (
        rng.random(people.count) < np.where(people.segment == BUSINESS, 0.95, 0.5)
    )
    open_to &= (people.segment == BUSINESS) | (people.segment == PROFESSIONALS)
    open_to &= subscribed_from == 0
    first = np.flatnonzero(open_to)
    start = people.sql_at[first] + (lognormal(rng, 6.0, 0.8, len(first)) * DAY).astype(np.int64)
    size = 2 + rng.integers(0, 4, len(first))
    person = np.repeat(first, size)
    nth = np.arange(len(person)) - np.repeat(np.cumsum(size) - size, size)
    created = _office_hours(
        rng, np.repeat(start, size) + nth * 110 * DAY + (rng.random(len(person)) * 20 * DAY).astype(np.int64)
    )
    keep = created <= calendar.end
    person, nth, created = person[keep], nth[keep], created[keep]
    count = len(person)
    closed = _office_hours(rng, created + DAY + (lognormal(rng, 38.0, 0.7, count) * DAY).astype(np.int64))
    closed += _from_edge(closed) * DAY
    outcome = np.where(rng.random(count) < 0.48, WON, LOST)
    outcome[closed > calendar.end] = OPEN
    closed[closed > calendar.end] = 0
    pipeline = np.where(nth > 0, 1, np.where(rng.random(count) < 0.25, 2, 0))
    tool = pick(rng, count, (0.6, 0.22, 0.18))
    amount = rng.integers(9, 110, count) * 10_000 + nth * 700
    currency = people.currency[person]
    draw = rng.random(count)
    lag = (1 + rng.random(count) * 12).astype(np.int64) * DAY
    ordered_at = closed + lag
    ordered_at += _from_edge(ordered_at) * DAY
    has_order = (outcome == WON) & (draw < 0.55) & (ordered_at <= calendar.end)
    names = has_order & (draw < 0.33)
    faulty = np.flatnonzero((outcome == WON) & ~has_order & (nth > 0) & (closed + 3 * DAY < calendar.end))[:1]
    created[faulty] = closed[faulty] + 2 * DAY

    rows = np.flatnonzero(has_order)
    order = np.full(count, -1, dtype=np.int64)
    order[rows] = np.arange(len(rows))
    paid = np.where(names, amount, amount - amount // 200)[rows]
    orders = plain_orders(
        person[rows], ordered_at[rows], paid, currency[rows], SERVICE, people.channel[person[rows]],
        np.full(len(rows), -1, dtype=np.int64), False,
    )  # fmt: skip
    deals = Deals(
        person,
        created,
        closed,
        outcome,
        amount,
        currency,
        pipeline,
        order,
        names,
        tool,
        people.channel[person],
    )
    return deals, orders


def _refunds(
    rng: np.random.Generator, calendar: Calendar, orders: Orders, deals: Deals
) -> tuple[Orders, Refunds]:
    """Gives money back: some orders carry only the sum, others dated refunds, often in a later month."""
    size = len(orders.at)
    able = orders.is_purchase & (orders.person >= 0)
    able[deals.order[deals.order >= 0]] = False
    draw = rng.random(size)
    undated = able & (draw < 0.02)
    dated = able & (draw >= 0.02) & (draw < 0.075)
    whole = rng.random(size) < 0.45
    share = np.where(whole, 100, 20 + rng.integers(0, 5, size) * 10)
    amount = orders.gross * share // 100
    tax = orders.tax * share // 100
    shipping = np.where(whole, orders.shipping, 0)
    twice = dated & ~whole & (rng.random(size) < 0.3) & (share <= 40)
    delay = (lognormal(rng, 12.0, 0.9, size) * DAY).astype(np.int64) + HOUR
    at = orders.at + delay
    dated &= at <= calendar.end
    second = twice & dated & (at + 9 * DAY <= calendar.end)
    rows = np.concatenate([np.flatnonzero(dated), np.flatnonzero(second)])
    when = np.concatenate([at[dated], at[second] + 9 * DAY])
    sequence = np.argsort(when, kind="stable")
    rows, when = rows[sequence], when[sequence]
    refunded = np.where(undated | dated, amount, 0) + np.where(second, amount, 0)
    status = np.where((refunded > 0) & (refunded >= orders.gross), REFUNDED, orders.status)
    loose = max(2, size // 300)
    loose_at = (
        calendar.start
        + 30 * DAY
        + (rng.random(loose) * (calendar.end - calendar.start - 31 * DAY)).astype(np.int64)
    )
    loose_at = np.sort(_office_hours(rng, np.maximum(loose_at, calendar.start)))
    nobody = np.full(loose, -1, dtype=np.int64)
    loose_amount = rng.integers(5, 30, loose) * 120
    refunds = Refunds(
        order=np.concatenate([rows, nobody]),
        person=np.concatenate([orders.person[rows], nobody]),
        at=np.concatenate([when, loose_at]),
        amount=np.concatenate([amount[rows], loose_amount]),
        tax=np.concatenate([tax[rows], loose_amount // 6]),
        shipping=np.concatenate([shipping[rows], np.zeros(loose, dtype=np.int64)]),
        currency=np.concatenate([orders.currency[rows], np.zeros(loose, dtype=np.int64)]),
        stream=np.concatenate([orders.stream[rows], np.full(loose, PRODUCT)]),
        channel=np.concatenate([orders.channel[rows], np.full(loose, CHANNEL["direct"])]),
    )
    return replace(orders, refunded=refunded, has_refund_date=dated, status=status), refunds
