"""Writes PayPal's activity: payments and refunds among authorisations, conversions and withdrawals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import DAY
from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "paypal"
_SHOP = "shop@lantern-loom.example"
_BEFORE = ("Name", "Type", "Status", "Currency", "Gross", "Fee", "Net")
_AFTER = (
    "From Email Address", "To Email Address", "Transaction ID", "Shipping and Handling Amount", "Sales Tax",
    "Reference Txn ID", "Invoice Number", "Custom Number", "Balance", "Balance Impact",
)  # fmt: skip


@dataclass(frozen=True)
class _Movement:
    """A row before it is written; money in cents of its currency."""

    at: int
    name: str
    kind: str
    status: str
    currency: str
    gross: int
    fee: int = 0
    sender: str = ""
    receiver: str = ""
    transaction: str = ""
    shipping: int = 0
    tax: int = 0
    original: str = ""
    invoice: str = ""
    custom: str = ""
    impact: str = "Credit"


def write(world: World, folder: Path) -> None:
    """The older half as a British account writes it, with decimal commas, the newer as an American one."""
    moves = sorted(_movements(world), key=lambda move: (move.at, move.transaction))
    middle = world.calendar.start + world.days // 2 * DAY
    british = ("Date", "Time", "Time zone", *_BEFORE, *_AFTER)
    with csv_file(folder / "Download_1.CSV", british, encoding="utf-8-sig", quotes_all=True) as file:
        file.rows(_row(move, "%d/%m/%Y", ",") for move in moves if move.at < middle)
    american = ("Date", "Time", "TimeZone", *_BEFORE, *_AFTER)
    with csv_file(folder / "Download_2.CSV", american, encoding="utf-8-sig", quotes_all=True) as file:
        file.rows(_row(move, "%m/%d/%Y", ".") for move in moves if move.at >= middle)


def _movements(world: World) -> Iterator[_Movement]:
    orders, refunds, end = world.sales.orders, world.sales.refunds, world.calendar.end
    dated = {order: row for row, order in enumerate(refunds.order.tolist()) if order >= 0}
    for row in np.flatnonzero(world.is_payment_of(SOURCE)).tolist():
        payment = _payment(world, row)
        number = int(orders.number[row])
        if number % 18 == 5:
            yield _authorization(payment, number)
        if number % 24 == 11:
            yield _Movement(
                payment.at - 90, payment.name, payment.kind, "Denied", payment.currency, payment.gross,
                sender=payment.sender, receiver=_SHOP, transaction=f"PP{number:06d}D",
                invoice=payment.invoice,
            )  # fmt: skip
        yield payment
        if payment.currency != "EUR":
            yield from _conversion(payment, number)
        given_back = int(orders.refunded[row])
        if given_back:
            at = int(refunds.at[dated[row]]) if row in dated else min(payment.at + 3 * DAY, end)
            yield _Movement(
                at, payment.name, "Payment Refund", "Completed", payment.currency, -given_back, 35, _SHOP,
                payment.sender, f"PP{number:06d}R", original=payment.transaction, impact="Debit",
            )  # fmt: skip
    for number, month in enumerate(world.calendar.months[1:]):
        at = (month - world.calendar.first_day).days * DAY + world.calendar.start + 9 * 3600
        yield _Movement(
            at, "", "General Withdrawal", "Completed", "EUR", -25_000, transaction=f"PPW{number:05d}",
            impact="Debit",
        )  # fmt: skip


def _payment(world: World, row: int) -> _Movement:
    orders, people = world.sales.orders, world.people
    person, number, order_id = int(orders.person[row]), int(orders.number[row]), orders.order_id(row)
    address = people.written_email(person, row) if person >= 0 and people.has_email[person] else ""
    gross, names_invoice = int(orders.gross[row]), number % 4 > 0
    given_back = int(orders.refunded[row])
    return _Movement(
        min(int(orders.at[row]) + 45, world.calendar.end), f"Buyer {number}",
        "Express Checkout Payment" if number % 2 else "Website Payment",
        "Refunded" if given_back >= gross else "Partially Refunded" if given_back else "Completed",
        words.CURRENCIES[orders.currency[row]], gross, -(gross * 29 // 1000 + 35), address, _SHOP,
        f"PP{number:06d}", int(orders.shipping[row]), int(orders.tax[row]),
        invoice=order_id if names_invoice else "", custom="" if names_invoice else order_id,
    )  # fmt: skip


def _authorization(payment: _Movement, number: int) -> _Movement:
    return _Movement(
        payment.at - 60, payment.name, "General Authorization", "Pending", payment.currency, payment.gross,
        sender=payment.sender, receiver=_SHOP, transaction=f"PP{number:06d}A", invoice=payment.invoice,
        impact="Memo",
    )  # fmt: skip


def _conversion(payment: _Movement, number: int) -> Iterator[_Movement]:
    net = payment.gross + payment.fee
    for currency, cents, letter in ((payment.currency, -net, "C"), ("EUR", net, "E")):
        yield _Movement(
            payment.at, "", "General Currency Conversion", "Completed", currency, cents,
            transaction=f"PP{number:06d}{letter}", original=payment.transaction,
            impact="Credit" if cents > 0 else "Debit",
        )  # fmt: skip


def _row(move: _Movement, dates: str, decimal: str) -> tuple[Any, ...]:
    def written(cents: int) -> str:
        return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".," if decimal == "," else ",."))

    return (
        local_time(move.at, dates), local_time(move.at, "%H:%M:%S"), "GMT", move.name, move.kind, move.status,
        move.currency, written(move.gross), written(move.fee), written(move.gross + move.fee), move.sender,
        move.receiver, move.transaction, written(move.shipping), written(move.tax), move.original,
        move.invoice, move.custom, "", move.impact,
    )  # fmt: skip
