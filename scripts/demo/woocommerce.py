"""Writes WooCommerce's orders as an export plugin does: a line a product, the order's columns on each."""

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

SOURCE = "woocommerce"
_OLD_SHOP_DAYS = 120
_HEADER = (
    "Order Number", "Order Status", "Order Date", "Email (Billing)", "Payment Method Title",
    "Cart Discount Amount", "Order Subtotal Amount", "Shipping Method Title", "Order Shipping Amount",
    "Order Refund Amount", "Order Total Amount", "Order Total Tax Amount", "Order Currency", "SKU", "Item #",
    "Item Name", "Quantity (- Refund)", "Item Cost",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """The shop's first months, before it moved to another tool and took its orders along."""
    orders = world.sales.orders
    rows = np.flatnonzero(orders.stream == words.STREAMS.index("product"))
    if not world.shared:
        rows = rows[orders.at[rows] < world.calendar.start + _OLD_SHOP_DAYS * DAY]
    with csv_file(folder / "orders.csv", _HEADER, encoding="utf-8-sig") as file:
        file.rows(_lines(world, rows))


def _lines(world: World, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[tuple[Any, ...]]:
    orders, people = world.sales.orders, world.people
    subtotal, discount, tax, shipping, gross, refunded = (
        money(cents)
        for cents in (
            orders.subtotal, orders.discount, orders.tax, orders.shipping, orders.gross, orders.refunded
        )
    )  # fmt: skip
    for row in rows.tolist():
        person, at = int(orders.person[row]), int(orders.at[row])
        has_address = person >= 0 and people.has_email[person]
        is_refunded = orders.refunded[row] >= orders.gross[row] > 0
        status = "Refunded" if is_refunded else "Completed" if row % 4 else "Processing"
        own = (
            orders.order_id(row), "Cancelled" if orders.status[row] == CANCELLED else status,
            local_time(at, "%Y-%m-%d %H:%M:%S"), people.written_email(person, row) if has_address else "",
            "Credit card", discount[row], subtotal[row], "Flat rate", shipping[row], refunded[row],
            gross[row], tax[row], words.CURRENCIES[orders.currency[row]],
        )  # fmt: skip
        for place, (item, quantity) in enumerate(
            zip(orders.item[row].tolist(), orders.quantity[row].tolist(), strict=True)
        ):
            if item >= 0:
                name, price = words.PRODUCTS[item]
                yield (*own, f"P{item:02d}", place + 1, name, int(quantity), f"{price / 100:.2f}")
        if orders.item[row][0] < 0:
            yield (*own, "GIFT", 1, "Gift", 1, "0.00")
        if int(orders.number[row]) % 25 == 9:
            unpaid = (f"{own[0]}F", "Failed" if row % 2 else "Pending payment", *own[2:])
            yield (*unpaid, "P00", 1, words.PRODUCTS[0][0], 1, f"{words.PRODUCTS[0][1] / 100:.2f}")
