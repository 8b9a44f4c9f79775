"""Shopify: orders, a line per item, the order's own columns on its first line."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, when


def read(folder: Path) -> Tables:
    """Orders."""
    lines = (row for row in rows_of(folder, "orders*.csv") if row["Financial Status"])
    return {"orders": [_order(row) for row in newest(lines, lambda row: row["Name"])]}


def _order(row: Row) -> Row:
    is_cancelled = bool(row["Cancelled at"]) or row["Financial Status"].lower() in ("voided", "expired")
    return {
        "order_id": row["Name"],
        "email": address(row["Email"]),
        "ordered_at": when(row["Created at"]),
        "status": "cancelled" if is_cancelled else "paid",
        "currency": row["Currency"],
        "gross": number(row["Total"]),
        "tax": number(row["Taxes"]),
        "shipping": number(row["Shipping"]),
        "refunded": number(row["Refunded Amount"]),
        "stream": "product",
    }
