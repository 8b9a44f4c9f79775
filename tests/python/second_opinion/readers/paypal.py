"""PayPal: payments received are orders; refunds, reversals and chargebacks take back; all else is neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import matching, newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address

TAKEN = {"Completed", "Cleared", "Refunded", "Partially Refunded", "Reversed"}


def read(folder: Path) -> Tables:
    """Orders and refunds."""
    rows = newest(_rows(folder), lambda row: row["Transaction ID"])
    received = [
        row for row in rows if row["Type"].endswith("Payment") and row["gross"] > 0 and row["Status"] in TAKEN
    ]
    returned = [row for row in rows if row["Type"] in ("Payment Refund", "Payment Reversal", "Chargeback")]
    return {
        "orders": [_payment(row) for row in received],
        "refunds": [_refund(row) for row in returned if row["gross"] < 0 and row["Status"] == "Completed"],
    }


def _rows(folder: Path) -> Iterator[Row]:
    """Each file with its own order of dates and its own decimal sign."""
    for path in matching(folder, ("*.CSV", "*.csv")):
        for row in rows_of(folder, path.name):
            first, second, year = map(int, row["Date"].split("/"))
            is_british = "Time zone" in row
            day, month = (first, second) if is_british else (second, first)
            time = dt.time.fromisoformat(row["Time"])
            decimal = "," if is_british else "."
            yield {
                **row,
                "at": dt.datetime.combine(dt.date(year, month, day), time),
                **{
                    name: _number(row[header], decimal)
                    for name, header in (
                        ("gross", "Gross"),
                        ("tax", "Sales Tax"),
                        ("shipping", "Shipping and Handling Amount"),
                    )
                },
            }


def _number(text: str | None, decimal: str) -> float:
    thousands = "." if decimal == "," else ","
    return float((text or "0").replace(thousands, "").replace(decimal, "."))


def _payment(row: Row) -> Row:
    return {
        "export": "paypal__activity",
        "order_id": row["Transaction ID"],
        "email": address(row["From Email Address"]),
        "ordered_at": row["at"],
        "status": "paid",
        "currency": row["Currency"],
        "gross": row["gross"],
        "tax": row["tax"],
        "shipping": row["shipping"],
        "refunded": row["gross"] if row["Status"] in ("Refunded", "Reversed") else None,
        "stream": "other",
        "reference": row["Invoice Number"] or row["Custom Number"],
    }


def _refund(row: Row) -> Row:
    return {
        "export": "paypal__activity",
        "refund_id": row["Transaction ID"],
        "order_id": row["Reference Txn ID"],
        "email": address(row["To Email Address"]),
        "refunded_at": row["at"],
        "amount": -row["gross"],
        "is_dispute": row["Type"] in ("Payment Reversal", "Chargeback"),
        "currency": row["Currency"],
        "stream": "other",
    }
