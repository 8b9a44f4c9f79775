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
    subtotal, shipping, taxes, duties, total = (
        number(row.get(name)) or 0.0 for name in ("Subtotal", "Shipping", "Taxes", "Duties", "Total")
    )
    # Whatever of taxes and duties makes up the total; what does not is inside the prices.
    sums = {
        (True, True): subtotal + shipping + taxes + duties,
        (False, True): subtotal + shipping + duties,
        (True, False): subtotal + shipping + taxes,
        (False, False): subtotal + shipping,
    }
    tax_on_top, has_duties = next(
        (parts for parts, made in sums.items() if abs(made - total) < 0.005), (True, False)
    )
    duties = duties if has_duties else 0.0
    if not tax_on_top and taxes:
        shipping -= taxes * shipping / (total - duties)
    is_cancelled = bool(row["Cancelled at"]) or row["Financial Status"].lower() in ("voided", "expired")
    return {
        "order_id": row["Name"],
        "email": address(row["Email"]),
        "ordered_at": when(row["Created at"]),
        "status": "cancelled" if is_cancelled else row["Financial Status"].lower(),
        "currency": row["Currency"],
        "gross": number(row["Total"]),
        "tax": taxes + duties,
        "shipping": shipping,
        "refunded": number(row["Refunded Amount"]),
        "stream": "product",
    }
