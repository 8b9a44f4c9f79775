"""Which payments pay an order of another tool that they do not name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from second_opinion.lookups import lookup

Row = dict[str, Any]
Key = tuple[str, str]
DAY = dt.timedelta(days=1)
INSTALMENTS = dt.timedelta(days=100)
CENT = 0.005


def is_payment(row: Row) -> bool:
    """Whether a record is of an export of payments."""
    return row["export"] in {known["export"] for known in lookup("payment_exports")}


def pays(row: Row, dated: Sequence[float | None]) -> bool:
    """Whether a record is a payment that was taken and not given back as a whole.

    dated: the amounts of its dated refunds; one of None gives all of it back.
    """
    if not is_payment(row) or row["status"] == "cancelled" or None in dated:
        return False
    return row["own_gross"] - max(row["refunded"] or 0, sum(amount or 0 for amount in dated)) > CENT


def paid_orders(rows: Iterable[Row], twins: dict[Key, Key]) -> dict[Key, Key]:
    """The order of each payment that names none: of one amount first, then parts of what is left to pay.

    twins: for records that have one, the record of another tool that stands for them.
    """
    paid: dict[Key, Key] = {}
    by_owner: dict[tuple[str, str], list[Row]] = defaultdict(list)
    named: dict[Key, float] = defaultdict(float)
    rows = list(rows)
    for row in rows:
        if row["pays"] and key_of(row) in twins:
            named[twins[key_of(row)]] += row["own_gross"]
        elif row["person"] and key_of(row) not in twins:
            by_owner[row["person"], row["currency"]].append(row)
    for own in by_owner.values():
        bills = [row for row in own if _is_bill(row)]
        payments = [row for row in own if row["pays"]]
        if bills and payments:
            paid.update(_of_one_amount(bills, payments))
            settled = set(paid.values())
            paid.update(
                _parts(
                    [row for row in bills if key_of(row) not in settled],
                    [row for row in payments if key_of(row) not in paid],
                    named,
                )
            )
    paid.update(
        _of_nobody_known(
            [row for row in rows if _is_bill(row) and key_of(row) not in {*twins, *named, *paid.values()}],
            [row for row in rows if row["pays"] and key_of(row) not in {*twins, *paid}],
        )
    )
    return paid


def _is_bill(row: Row) -> bool:
    return not is_payment(row) and row["status"] != "cancelled" and row["own_gross"] > 0


def _of_nobody_known(bills: list[Row], payments: list[Row]) -> dict[Key, Key]:
    """Of an order and a payment of one sum, of a day or the next, one names nobody; guests' orders first."""
    paid: dict[Key, Key] = {}

    def take(takers: list[Row], given: list[Row]) -> None:
        events = [(row["day"], 0, *_order(row), row) for row in takers]
        events += [(row["day"], 1, *_order(row), row) for row in given]
        waiting: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for *_, row in sorted(events, key=lambda event: event[:5]):
            alike = waiting[row["currency"], round(100 * row["own_gross"])]
            if not is_payment(row):
                alike.append(row)
            elif alike:
                bill = alike.pop()
                if row["day"] - bill["day"] <= DAY:
                    paid[key_of(row)] = key_of(bill)

    take([row for row in bills if row["person"] is None], payments)
    take(
        [row for row in bills if row["person"]],
        [row for row in payments if row["person"] is None and key_of(row) not in paid],
    )
    return paid


def key_of(row: Row) -> Key:
    """Tool and id."""
    return row["source"], row["order_id"]


def _order(row: Row) -> tuple:
    return row["ordered_at"], row["source"], row["order_id"]


def _of_one_amount(bills: list[Row], payments: list[Row]) -> dict[Key, Key]:
    """Each payment ends the wait of the latest order of its amount; then those of the day before."""
    paid: dict[Key, Key] = {}
    waiting: list[Row] = []
    events = [*((row["day"], 0, *_order(row), row) for row in bills)]
    events += [(row["day"], 1, *_order(row), row) for row in payments]
    for *_, row in sorted(events, key=lambda event: event[:5]):
        if not is_payment(row):
            waiting.append(row)
            continue
        alike = [bill for bill in waiting if abs(bill["own_gross"] - row["own_gross"]) < CENT]
        if alike:
            waiting.remove(alike[-1])
            if row["day"] - alike[-1]["day"] <= DAY:
                paid[key_of(row)] = key_of(alike[-1])
    settled = set(paid.values())
    left = sorted((row for row in bills if key_of(row) not in settled), key=_order)
    for row in sorted((row for row in payments if key_of(row) not in paid), key=_order):
        for bill in left:
            if bill["day"] - row["day"] == DAY and abs(bill["own_gross"] - row["own_gross"]) < CENT:
                paid[key_of(row)] = key_of(bill)
                left.remove(bill)
                break
    return paid


def _parts(bills: list[Row], payments: list[Row], named: dict[Key, float]) -> dict[Key, Key]:
    """Payments that fit into what is left to pay of orders begun to be paid; one that does not ends it."""
    owed = [{**bill, "left": bill["own_gross"] - named.get(key_of(bill), 0.0)} for bill in bills]
    owed = [bill for bill in owed if bill["left"] > CENT]

    def about(row: Row) -> list[Row]:
        return [bill for bill in owed if bill["rank"] < row["rank"] and abs(row["day"] - bill["day"]) <= DAY]

    firsts = [row for row in payments if row["own_gross"] <= sum(bill["left"] for bill in about(row)) + CENT]
    started = {key_of(bill) for row in firsts for bill in about(row)}
    begun = [bill for bill in owed if key_of(bill) in named or key_of(bill) in started]
    paid: dict[Key, Key] = {}
    events: list[tuple] = [(bill["day"] - DAY, 0, bill["source"], bill["order_id"], bill) for bill in begun]
    for row in payments:
        near = [
            bill
            for bill in begun
            if bill["rank"] < row["rank"] and -DAY <= row["day"] - bill["day"] <= INSTALMENTS
        ]
        if near:
            latest = max(bill["day"] for bill in near)
            chosen = min(key_of(bill) for bill in near if bill["day"] == latest)
            events.append((row["day"], 1, row["ordered_at"], *key_of(row), row | {"chosen": chosen}))
    balance = 0.0
    for event in sorted(events, key=lambda event: event[:-1]):
        row = event[-1]
        if not event[1]:
            balance += row["left"]
        elif row["own_gross"] <= balance + CENT:
            balance = max(0.0, balance - row["own_gross"])
            paid[key_of(row)] = row["chosen"]
        else:
            balance = 0.0
    return paid
