"""Orders, refunds and deals, each sale once, in the reporting currency."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.lookups import lookup
from second_opinion.money import Rates
from second_opinion.payments import is_payment, key_of, paid_orders, pays
from second_opinion.people import People
from second_opinion.turns import one_for_one
from second_opinion.values import at_the_latest

Row = dict[str, Any]
LEAST_RANK = 100
ORDER_AFTER_DEAL = dt.timedelta(days=60)
SAME_DEAL = dt.timedelta(days=7)
SAME_AMOUNT = 0.01
HALF_A_CENT = 0.005
DAY = dt.timedelta(days=1)
BASKET = dt.timedelta(minutes=30)


class Sales:
    """What was sold up to the last day."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        people: People,
        campaigns: Campaigns,
        rates: Rates,
        as_of: dt.date,
    ) -> None:
        """tables: the entities orders, refunds, opportunities."""
        self._tables, self._people, self._campaigns = tables, people, campaigns
        self._rates, self._as_of = rates, as_of
        self._stands_for: dict[tuple[str, str], tuple[str, str]] = {}

    @cached_property
    def orders(self) -> list[Row]:
        """Orders that count: not cancelled, no return, not another tool's record of one, placed in time.

        With `net_revenue` after all refunds known, `booked` (less undated ones), the basket's `number` and,
        of known persons, `conversion`: the basket's first order.
        """
        orders = []
        for row in self._placed_orders.values():
            if row["status"] == "cancelled" or row["gross"] < 0:
                continue
            refunds = self._refunds_of[row["source"], row["order_id"]]
            gross, net = row["gross"], row["net"]
            is_dated = (row["source"], row["order_id"]) in self._named_by_refunds
            share = 0 if is_dated or not gross else (row.get("refunded") or 0) / gross
            booked = net * (1 - share) if gross else 0.0
            orders.append(
                {
                    **row,
                    "booked": booked,
                    "net_revenue": booked - sum(refund["net"] for refund in refunds),
                    "is_purchase": gross > 0,
                    "number": None,
                    "conversion": None,
                }
            )
        previous: dict[str, Row] = {}
        for row in sorted(orders, key=lambda row: (row["ordered_at"], row["order_id"], row["source"])):
            if row["is_purchase"] and row["person"]:
                last = previous.get(row["person"])
                if last and row["ordered_at"] - last["ordered_at"] <= BASKET:
                    row["number"], row["conversion"] = last["number"], last["conversion"]
                else:
                    row["number"] = last["number"] + 1 if last else 1
                    row["conversion"] = ("order", row["source"], row["order_id"])
                previous[row["person"]] = row
        return orders

    @cached_property
    def refunds(self) -> list[Row]:
        """Dated refunds and returns, on their own day, at their order's rate, of its channel and stream."""
        refunds = []
        for row in (*self._tables["refunds"], *self._returns):
            day = row["refunded_at"].date()
            if day > self._as_of:
                continue
            order = self._all_orders.get(row.get("returned") or self._named(row))
            if order and row.get("is_dispute"):
                order = self._standing(order)
            if order and (order["status"] == "cancelled" or not order["is_counted"]):
                continue
            amount, currency = row["amount"], row["currency"]
            tells = row.get("tax") is not None or row.get("shipping") is not None
            if amount is None:
                told = self._all_orders.get(self._named(row))
                if told is None:
                    continue
                amount, tells, currency = self._left_of(told), False, told["currency"]
            net = amount - (row.get("tax") or 0) - (row.get("shipping") or 0)
            if order and not tells:
                net = amount * order["own_net"] / order["own_gross"] if order["own_gross"] else 0.0
            refunds.append(
                {
                    "source": row["source"],
                    "day": day,
                    "refunded_at": row["refunded_at"],
                    "order": (order["source"], order["order_id"]) if order else None,
                    "person": (order and order["person"]) or self._people.key(row),
                    "net": net * self._rates.on(currency, order["day"] if order else day),
                    "stream": (order and order.get("stream")) or row.get("stream"),
                    "channel": (order and order.get("channel")) or row.get("channel"),
                    "campaign": order and order["campaign"],
                    "segment": (order and order.get("segment")) or row.get("segment"),
                    "conversion": None,
                }
            )
        return refunds

    def _left_of(self, order: Row) -> float:
        """What an order's refunds that tell an amount leave to each of those that do not."""
        amounts = [row["amount"] for row in self._tables["refunds"] if self._named(row) == key_of(order)]
        told = [amount for amount in amounts if amount is not None]
        return max(order["own_gross"] - sum(told), 0.0) / (len(amounts) - len(told))

    @cached_property
    def _returns(self) -> list[Row]:
        """Orders of a negative sum, as refunds of the latest purchase before them that was large enough."""
        counted = [
            row for row in self._all_orders.values() if row["is_counted"] and row["status"] != "cancelled"
        ]
        bought: dict[str, list[Row]] = defaultdict(list)
        for row in counted:
            if row["person"] and row["own_gross"] > 0:
                bought[row["person"]].append(row)
        returns = []
        taken: dict[tuple[str, str], float] = defaultdict(float)
        for row in sorted(counted, key=lambda row: (row["ordered_at"], *key_of(row))):
            amount = -row["own_gross"]
            if amount <= 0:
                continue
            before = [
                order for order in bought.get(row["person"], ()) if order["ordered_at"] <= row["ordered_at"]
            ]
            enough = [
                order
                for order in before
                if order["currency"] == row["currency"] and order["own_gross"] >= amount - HALF_A_CENT
            ]
            left = [
                order for order in enough if order["own_gross"] - taken[key_of(order)] >= amount - HALF_A_CENT
            ]
            latest = max(
                left or enough or before,
                key=lambda order: (order["ordered_at"], order["order_id"], order["source"]),
                default=None,
            )
            if latest:
                taken[key_of(latest)] += amount
            taxes = row["own_net"] - row["own_gross"]
            returns.append(
                {
                    **row,
                    "order_id": None,
                    "returned": key_of(latest) if latest else None,
                    "refunded_at": row["ordered_at"],
                    "amount": amount,
                    "tax": taxes or None,
                    "shipping": None,
                }
            )
        return returns

    def _standing(self, order: Row) -> Row:
        """The record of a sale that counts."""
        key = key_of(order)
        for _ in range(2):
            key = self._stands_for.get(key, key)
        return self._all_orders[key]

    @cached_property
    def deals(self) -> list[Row]:
        """Opportunities as known on the last day, each once; `order` is the order that is the same sale."""
        deals = [
            self._deal(row)
            for row in self._tables["opportunities"]
            if row["created_at"].date() <= self._as_of
        ]
        by_key = {_deal_key(deal): deal for deal in deals}
        same = one_for_one(
            deals,
            lambda deal: [(_apart(other, deal), other) for other in deals if _are_one(other, deal)],
            _deal_key,
        )
        twins = {key: [by_key[other] for other in others] for key, others in same.items()}
        told = [
            deal
            for deal in deals
            if not any(_is_better(other, deal) for other in twins.get(_deal_key(deal), ()))
        ]
        for deal in told:
            if deal["person"] is None:
                deal["person"] = _named_by(twins.get(_deal_key(deal), ()))
        self._match_orders(told)
        return told

    @cached_property
    def purchases(self) -> list[Row]:
        """Purchases of known persons: orders, and won deals that are no order."""
        orders = [
            {**row, "at": row["ordered_at"], "kind": "order", "id": row["order_id"]}
            for row in self.orders
            if row["number"] is not None
        ]
        return [
            *orders,
            *({**deal, "net_revenue": deal["amount"]} for deal in self.deals_without_order if deal["person"]),
        ]

    @cached_property
    def deals_without_order(self) -> list[Row]:
        """Won deals that no order tells of; nobody knows what those without an amount brought."""
        return [
            {
                **deal,
                "at": deal["closed_at"],
                "kind": "deal",
                "conversion": ("deal", deal["source"], deal["opportunity_id"]) if deal["person"] else None,
                "id": deal["opportunity_id"],
                "segment": None,
                "stream": "deal",
                "amount": deal["amount"] or 0.0,
            }
            for deal in self.deals
            if deal["outcome"] == "won" and deal["order"] is None
        ]

    @cached_property
    def bookings(self) -> list[Row]:
        """Revenue by day: orders, refunds (negative), deals without order; `sale` is the conversion."""
        conversion_of = {key_of(row): row["conversion"] for row in self.orders}
        return [
            *({**row, "amount": row["booked"], "sale": row["conversion"]} for row in self.orders),
            *(
                {**row, "amount": -row["net"], "sale": conversion_of.get(row["order"])}
                for row in self.refunds
            ),
            *(
                {**row, "day": row["closed_at"].date(), "sale": row["conversion"]}
                for row in self.deals_without_order
            ),
        ]

    @cached_property
    def _all_orders(self) -> dict[tuple[str, str], Row]:
        orders = {}
        for row in self._tables["orders"]:
            beside = [row.get("tax") or 0, row.get("shipping") or 0]
            if row["gross"] < 0:
                beside = [-abs(amount) for amount in beside]
            refunded = abs(row.get("refunded") or 0) or row.get("refunded")
            net = row["gross"] - sum(beside)
            orders[row["source"], row["order_id"]] = {
                **row,
                "ordered_at": at_the_latest(row["ordered_at"]),
                "refunded": row["gross"] if row["status"] == "refunded" and not refunded else refunded,
                "person": self._people.key(row),
                "day": row["ordered_at"].date(),
                "campaign": self._campaigns.name(row["source"], row.get("campaign")),
                "own_net": net,
                "own_gross": row["gross"],
                "rank": rank("orders", row["export"]),
            }
            order = orders[row["source"], row["order_id"]]
            order["pays"] = pays(order, self._dated_refunds.get(key_of(order), ()))
        others = self._others(orders)
        stood_for: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for key, other in others.items():
            stood_for[other].append(orders[key])
        for row in orders.values():
            row["is_counted"] = key_of(row) not in others
        for key, rows in stood_for.items():
            orders[key]["person"] = orders[key]["person"] or _named_by(rows)
        return orders

    @cached_property
    def _dated_refunds(self) -> dict[tuple[str, str], list[float | None]]:
        """The amounts of the refunds that name an order; those that a bank took back are none."""
        amounts: dict[tuple[str, str], list[float | None]] = defaultdict(list)
        for row in self._tables["refunds"]:
            is_told = row.get("order_id") and row["refunded_at"].date() <= self._as_of
            if is_told and not row.get("is_dispute"):
                amounts[row["source"], row["order_id"]].append(row["amount"])
        return amounts

    def _others(self, orders: dict[tuple[str, str], Row]) -> dict[tuple[str, str], tuple[str, str]]:
        """For records that do not count, the one that stands for them."""
        of_person: dict[str, list[Row]] = defaultdict(list)
        for row in orders.values():
            if row["person"]:
                of_person[row["person"]].append(row)

        def alike(row: Row) -> list[tuple[tuple[float, ...], Row]]:
            return [
                (
                    (
                        float(row["order_id"] != other["order_id"]),
                        float((row["status"] == "cancelled") != (other["status"] == "cancelled")),
                        abs((row["day"] - other["day"]) / DAY),
                    ),
                    other,
                )
                for other in of_person.get(row["person"], ())
                if other["source"] != row["source"]
                and not (is_payment(row) or is_payment(other))
                and _agree(row, other)
            ]

        same = one_for_one(orders.values(), alike, key_of)
        for row in orders.values():
            better = [other for other in _same_sales(row, orders.values(), same) if _outdoes(other, row)]
            if better:
                best = min(better, key=lambda other: (other["rank"], *key_of(other)))
                self._stands_for[key_of(row)] = key_of(best)
        self._stands_for.update(paid_orders(orders.values(), dict(self._stands_for)))
        return self._stands_for

    @cached_property
    def _placed_orders(self) -> dict[tuple[str, str], Row]:
        placed = {}
        for key, row in self._all_orders.items():
            if row["is_counted"] and row["day"] <= self._as_of:
                rate = self._rates.on(row["currency"], row["day"])
                placed[key] = {**row, "gross": row["gross"] * rate, "net": row["own_net"] * rate}
                if row.get("refunded"):
                    placed[key]["refunded"] = row["refunded"] * rate
        return placed

    @cached_property
    def _refunds_of(self) -> dict[tuple[str, str], list[Row]]:
        of: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for refund in self.refunds:
            if refund["order"]:
                of[refund["order"]].append(refund)
        return of

    @cached_property
    def _named_by_refunds(self) -> set[tuple[str, str]]:
        """Orders that a refund of any day names."""
        return {self._named(row) for row in self._tables["refunds"] if row.get("order_id")}

    def _named(self, refund: Row) -> tuple[str, Any]:
        """The order that a refund names: its own tool's, else another's, the record that counts first."""
        own = (refund["source"], refund.get("order_id"))
        if own in self._all_orders or not own[1]:
            return own
        others = [row for row in self._all_orders.values() if row["order_id"] == own[1]]
        best = min(others, key=lambda row: (not row["is_counted"], row["source"]), default=None)
        return key_of(best) if best else own

    def _deal(self, row: Row) -> Row:
        closed = at_the_latest(row.get("closed_at"))
        is_closed = closed is not None and closed.date() <= self._as_of
        day = closed.date() if is_closed else row["created_at"].date()
        return {
            **row,
            "person": self._people.key(row),
            "created_at": at_the_latest(row["created_at"]),
            "closed_at": closed if is_closed else None,
            "outcome": row.get("outcome") if is_closed else None,
            "amount": None if row["amount"] is None else row["amount"] * self._rates.on(row["currency"], day),
            "campaign": self._campaigns.name(row["source"], row.get("campaign")),
            "named_order": row.get("order_id"),
            "order": None,
            "rank": rank("opportunities", row["export"]),
        }

    def _match_orders(self, deals: list[Row]) -> None:
        """A deal has the order it names; then each order in turn has the latest deal that still waits."""
        won = [deal for deal in deals if deal["outcome"] == "won"]
        named = set()
        for deal in won:
            own = [order for order in self.orders if deal["named_order"] == order["order_id"]]
            if own and deal["named_order"] is not None:
                order = min(own, key=lambda order: order["source"])
                deal["order"] = (order["source"], order["order_id"])
                named.add(deal["order"])
        waiting = [deal for deal in won if deal["order"] is None]
        all_waiting = list(waiting)
        for order in sorted(self.orders, key=lambda row: (row["ordered_at"], row["source"], row["order_id"])):
            key = (order["source"], order["order_id"])
            by_net = not any(_is_one_sale(deal, order, "gross") for deal in all_waiting)
            amount = "net" if by_net else "gross"
            own = [deal for deal in waiting if key not in named and _is_one_sale(deal, order, amount)]
            if own:
                latest = max(
                    own, key=lambda deal: (deal["closed_at"], deal["source"], deal["opportunity_id"])
                )
                latest["order"] = key
                waiting.remove(latest)


def rank(entity: str, export: str) -> int:
    """An export's rank in the lookup `precedence`; the smaller stands."""
    ranks = [
        int(row["rank"]) for row in lookup("precedence") if (row["entity"], row["export"]) == (entity, export)
    ]
    return ranks[0] if ranks else LEAST_RANK


def _is_better(one: Row, other: Row) -> bool:
    return (one["rank"], one["source"]) < (other["rank"], other["source"])


def _outdoes(one: Row, other: Row) -> bool:
    """Whether a record of an order stands for another: money that was kept tells more than a cancellation."""
    if one["pays"] and other["status"] == "cancelled":
        return True
    if other["pays"] and one["status"] == "cancelled":
        return False
    if is_payment(one) != is_payment(other):
        return is_payment(other)
    return _is_better(one, other)


def _named_by(rows: Sequence[Row]) -> str | None:
    """Whom other records of the same thing name: the best-ranked of those that do."""
    named = [row for row in rows if row["person"]]
    best = min(named, key=lambda row: (row["rank"], row["source"]), default=None)
    return best and best["person"]


def _same_sales(row: Row, rows: Any, same: Mapping[Any, Any]) -> list[Row]:
    """Other tools' records of an order: one names the other's id, or their own marks agree."""
    return [
        other
        for other in rows
        if other["source"] != row["source"]
        and (
            (row.get("reference") and row["reference"] == other["order_id"])
            or (other.get("reference") and other["reference"] == row["order_id"])
            or (key_of(other) in same.get(key_of(row), ()))
            or (
                (None in (row["person"], other["person"]) or is_payment(row) or is_payment(other))
                and _agree(row, other)
            )
        )
    ]


def _agree(one: Row, other: Row) -> bool:
    """At most a day apart, and id or amount agree of one person; both, where one tool does not know whom."""
    if abs(one["day"] - other["day"]) > dt.timedelta(days=1):
        return False
    same_id = one["order_id"] == other["order_id"]
    same_amount = (
        one["currency"] == other["currency"] and abs(one["own_gross"] - other["own_gross"]) < HALF_A_CENT
    )
    if one["person"] is None or other["person"] is None:
        return same_id and same_amount
    # Payments are matched by amount one for one.
    same_amount = same_amount and not one["pays"] and not other["pays"]
    return one["person"] == other["person"] and (same_id or same_amount)


def _deal_key(deal: Row) -> tuple[str, str]:
    return deal["source"], deal["opportunity_id"]


def _apart(one: Row, other: Row) -> tuple[float, float]:
    when = "closed_at" if one["outcome"] else "created_at"
    return float(abs((one[when].date() - other[when].date()).days)), abs(one["amount"] - other["amount"])


def _are_one(one: Row, other: Row) -> bool:
    """Whether two tools may tell of one deal."""
    if one["source"] == other["source"]:
        return False
    if not _is_better(one, other):
        one, other = other, one
    if one["amount"] is None or other["amount"] is None or one["outcome"] != other["outcome"]:
        return False
    if one["person"] is None or other["person"] is None:
        return one["amount"] == other["amount"] and all(
            (one[when] and one[when].date()) == (other[when] and other[when].date())
            for when in ("created_at", "closed_at")
        )
    if one["person"] != other["person"]:
        return False
    if abs(one["amount"] - other["amount"]) > SAME_AMOUNT * abs(one["amount"]):
        return False
    when = "closed_at" if one["outcome"] else "created_at"
    apart = abs(one[when].date() - other[when].date())
    return apart <= SAME_DEAL


def _is_one_sale(deal: Row, order: Row, amount: str) -> bool:
    """Same person, the order's gross or net within 1 % of the deal, order within 60 days after closing."""
    if deal["amount"] is None or deal["person"] is None or deal["person"] != order["person"]:
        return False
    late = order["day"] - deal["closed_at"].date()
    is_near = abs(deal["amount"] - order[amount]) <= SAME_AMOUNT * abs(deal["amount"])
    return is_near and dt.timedelta() <= late <= ORDER_AFTER_DEAL
