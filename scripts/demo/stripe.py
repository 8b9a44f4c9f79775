"""Writes Stripe's exports: payments, most of them of the shop's orders, and some of the subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import handmade, situations, words
from demo.company.draw import DAY, Flags
from demo.files import csv_file, local_time, money, money_text
from demo.world import World

SOURCE = "stripe"
_HEADER = (
    "id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Captured", "Description", "Fee",
    "Status", "Customer Email", "order_id (metadata)",
)  # fmt: skip

_SUBSCRIPTIONS_HEADER = (
    "id", "Customer ID", "Customer Description", "Customer Email", "Plan", "Quantity", "Currency", "Interval",
    "Amount", "Status", "Created (UTC)", "Start (UTC)", "Start Date (UTC)", "Current Period Start (UTC)",
    "Current Period End (UTC)", "Trial Start (UTC)", "Trial End (UTC)", "Canceled At (UTC)", "Ended At (UTC)",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """A payment follows its order within a minute; one is of a situation written by hand."""
    with csv_file(folder / "payments.csv.gz", _HEADER) as file:
        file.rows(_payments(world))
    if not world.shared and (by_hand := situations.payments(world.calendar)):
        with csv_file(folder / "payments-showroom.csv", _HEADER) as file:
            file.rows(
                (
                    f"ch_showroom_{number}", f"{at:%Y-%m-%d %H:%M:%S}", f"{euros}.00", "0.00", "eur", "true",
                    "Lantern & Loom", "1.00", "Paid", address, order,
                )
                for number, (at, euros, order, address) in enumerate(by_hand, start=1)
            )  # fmt: skip
    with csv_file(folder / "subscriptions.csv", _SUBSCRIPTIONS_HEADER) as file:
        file.rows(_subscriptions(world))


def is_told_here(world: World) -> Flags:
    """Of the subscriptions, those that Stripe bills: of known addresses; it tells of no pauses."""
    held, people = world.sales.subscriptions, world.people
    flags: Flags = people.has_email[held.person] & (held.pause_day < 0) & (held.person % 5 == 2)
    return flags


def paid_in_parts(world: World) -> dict[int, tuple[tuple[int, int], ...]]:
    """Two orders of the shop whose payments name none: days after the order and cents of each.

    Of one, a gift card paid 40 of 100; the other was paid in two halves, the second 45 days later. None in a
    short world, where nobody buys often enough to tell a part from a sale.
    """
    orders, people = world.sales.orders, world.people
    if not handmade.exist(world.calendar):
        return {}
    may_be = np.flatnonzero(
        (orders.stream == words.STREAMS.index("product"))
        & world.is_payment_of(SOURCE)
        & (orders.refunded == 0)
        & (orders.gross >= 2000)
        & (orders.person >= len(handmade.PERSONS))
        & (orders.at < world.calendar.end - 100 * DAY)
    )
    known = [int(row) for row in may_be if people.has_email[int(orders.person[row])]]
    gift, halves = known[len(known) // 3], known[len(known) // 2]
    total = int(orders.gross[halves])
    return {
        gift: ((0, int(orders.gross[gift]) * 6 // 10),),
        halves: ((0, total // 2), (45, total - total // 2)),
    }


def _subscriptions(world: World) -> Iterator[tuple[Any, ...]]:
    """Billed by the month, every third by the year; one's first payment never came."""
    held, people, calendar = world.sales.subscriptions, world.people, world.calendar
    last_day = (calendar.end - calendar.start) // DAY - 1
    for row in np.flatnonzero(is_told_here(world)).tolist():
        person, start, end = int(held.person[row]), int(held.start_day[row]), int(held.end_day[row])
        trial = int(held.trial_days[row])

        def at(day: int) -> str:
            return local_time(calendar.start + day * DAY + 36000, "%Y-%m-%d %H:%M:%S")

        by_year = row % 3 == 0
        monthly = int(held.monthly[row])
        status = "canceled" if end >= 0 else "trialing" if start > last_day else "active"
        own = (
            f"cus_{person:05d}", "", people.written_email(person, row), words.PLANS[held.plan[row]][0], "1",
            words.CURRENCIES[held.currency[row]].lower(), "year" if by_year else "month",
            money_text(monthly * 12 if by_year else monthly),
        )  # fmt: skip
        times = (
            at(start - trial), at(start), at(start - trial), at(start), at(start + (365 if by_year else 30)),
            at(start - trial) if trial else "", at(start) if trial else "", at(end) if end >= 0 else "",
            at(end) if end >= 0 else "",
        )  # fmt: skip
        yield (f"sub_{row:05d}", *own, status, *times)
        if row % 10 == 0:
            yield (f"sub_{row:05d}x", *own, "incomplete_expired", *times[:-1], at(start + 1))


def _payments(world: World) -> Iterator[tuple[Any, ...]]:
    orders, people = world.sales.orders, world.people
    in_parts = paid_in_parts(world)
    gross, refunded = money(orders.gross), money(orders.refunded)
    charged = np.flatnonzero(world.is_payment_of(SOURCE))
    for row in charged.tolist():
        person, number = int(orders.person[row]), int(orders.number[row])
        address = people.written_email(person, row) if person >= 0 and people.has_email[person] else ""
        at, currency = int(orders.at[row]), words.CURRENCIES[orders.currency[row]].lower()
        fee = f"{orders.gross[row] * 0.015 / 100 + 0.25:.2f}"
        if number % 40 == 7:
            yield (
                f"ch_{number:06d}f", local_time(at - 20, "%Y-%m-%d %H:%M:%S"), gross[row], "0.00", currency,
                "false", "Payment declined", "0.00", "Failed", address, orders.order_id(row),
            )  # fmt: skip
        status = "Refunded" if orders.refunded[row] >= orders.gross[row] else "Paid"
        if row in in_parts:
            for place, (days, cents) in enumerate(in_parts[row]):
                yield (
                    f"ch_{number:06d}{'ab'[place]}", local_time(at + 30 + days * DAY, "%Y-%m-%d %H:%M:%S"),
                    f"{cents / 100:.2f}", "0.00", currency, "true", "Lantern & Loom", fee, "Paid",
                    address, "",
                )  # fmt: skip
            continue
        in_metadata = number % 3 > 0
        yield (
            f"ch_{number:06d}", local_time(at + 30, "%Y-%m-%d %H:%M:%S"), gross[row], refunded[row], currency,
            "true", "Lantern & Loom" if in_metadata else orders.order_id(row), fee, status, address,
            orders.order_id(row) if in_metadata else "",
        )  # fmt: skip
