"""Writes Shopify's order export: a line an item, the order's own columns on its first line only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import DAY
from demo.company.sales import CANCELLED
from demo.files import csv_file, local_time, money
from demo.world import World

SOURCE = "shopify"
_HEADER = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing",
    "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount",
    "Shipping Method", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Cancelled at",
    "Payment Method", "Refunded Amount", "Id", "Tags", "Source", "Lineitem discount",
)  # fmt: skip
_OWN_COLUMNS = (*range(1, 16), *range(19, 25))


def write(world: World, folder: Path) -> None:
    """Two files by time; the newer repeats the older one's last month, with what was refunded since."""
    orders = world.sales.orders
    rows = np.flatnonzero(orders.stream == words.STREAMS.index("product"))
    middle = world.calendar.start + world.days // 2 * DAY
    with csv_file(folder / "orders_1.csv.gz", _HEADER) as file:
        file.rows(_lines(world, rows[orders.at[rows] < middle], is_stale=True))
    with csv_file(folder / "orders_2.csv.gz", _HEADER) as file:
        changed = (orders.refunded[rows] > 0) | (orders.status[rows] == CANCELLED)
        newer = (orders.at[rows] >= middle - 30 * DAY) | changed
        file.rows(_lines(world, rows[newer], is_stale=False))


def _lines(
    world: World, rows: np.ndarray[tuple[int], np.dtype[np.int64]], *, is_stale: bool
) -> Iterator[list[Any]]:
    orders, people = world.sales.orders, world.people
    subtotal, discount, tax, shipping, gross, refunded = (
        money(cents)
        for cents in (
            orders.subtotal - orders.discount, orders.discount, orders.tax, orders.shipping, orders.gross,
            orders.refunded,
        )
    )  # fmt: skip
    for row in rows.tolist():
        person, at = int(orders.person[row]), int(orders.at[row])
        created = local_time(at, "%Y-%m-%d %H:%M:%S +0000")
        is_cancelled = orders.status[row] == CANCELLED and not is_stale
        given_back = 0 if is_stale else int(orders.refunded[row])
        status = "refunded" if given_back >= orders.gross[row] > 0 else "partially_refunded"
        has_address = person >= 0 and people.has_email[person]
        own = [
            people.written_email(person, row) if has_address else "",
            "voided" if is_cancelled else status if given_back else "paid", created, "fulfilled", created,
            "yes" if row % 3 else "no", words.CURRENCIES[orders.currency[row]], subtotal[row], shipping[row],
            tax[row], gross[row], "", discount[row], "Standard", created,
        ]  # fmt: skip
        rest = [
            created if is_cancelled else "", "card", refunded[row] if given_back else "0.00",
            f"{4_500_000_000 + int(orders.number[row])}", "", "web",
        ]  # fmt: skip
        items = [
            (int(quantity), *words.PRODUCTS[item])
            for item, quantity in zip(orders.item[row].tolist(), orders.quantity[row].tolist(), strict=True)
            if item >= 0
        ] or [(1, "Gift", 0)]
        for place, (quantity, name, price) in enumerate(items):
            line = [orders.order_id(row), *own, quantity, name, f"{price / 100:.2f}", *rest, "0.00"]
            yield (
                line
                if place == 0
                else ["" if number in _OWN_COLUMNS else text for number, text in enumerate(line)]
            )
