"""WooCommerce: orders, a line per product, the order's own columns on each; what was not paid is no sale."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, when

PAID = {"completed", "processing", "refunded"}


def read(folder: Path) -> Tables:
    """Orders."""
    rows = newest(rows_of(folder, "*.csv"), lambda row: row["Order Number"])
    return {"orders": [_order(row) for row in rows]}


def _order(row: Row) -> Row:
    status, total = row["Order Status"].lower().removeprefix("wc-"), number(row["Order Total Amount"])
    refunded = abs(number(row["Order Refund Amount"]) or 0)
    return {
        "order_id": row["Order Number"],
        "email": address(row["Email (Billing)"]),
        "ordered_at": when(row["Order Date"]),
        "status": "paid" if status in PAID else "cancelled",
        "currency": row["Order Currency"],
        "gross": total,
        "tax": number(row["Order Total Tax Amount"]),
        "shipping": number(row["Order Shipping Amount"]),
        "refunded": total if status == "refunded" and not refunded else refunded,
        "stream": "product",
    }
