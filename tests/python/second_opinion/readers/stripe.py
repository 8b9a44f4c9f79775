"""Stripe: payments; what was not taken is no sale, and what pays another tool's order is that order."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, truth, when

NOT_TAKEN = {"failed", "blocked", "canceled", "cancelled", "expired", "incomplete", "pending", "uncaptured"}


def read(folder: Path) -> Tables:
    """Orders."""
    rows = newest(rows_of(folder, "payments*.csv", "unified_payments*.csv"), lambda row: row["id"])
    return {"orders": [_payment(row) for row in rows]}


def _payment(row: Row) -> Row:
    status = row["Status"].lower()
    was_taken = (
        truth(row["Captured"]) is not False and status not in NOT_TAKEN and not status.startswith("requires")
    )
    return {
        "export": "stripe__payments",
        "order_id": row["id"],
        "email": address(row["Customer Email"]),
        "ordered_at": when(row["Created date (UTC)"]),
        "status": "paid" if was_taken else "cancelled",
        "currency": row["Currency"].upper(),
        "gross": number(row["Amount"]),
        "refunded": number(row["Amount Refunded"]),
        "stream": "other",
        "reference": row["order_id (metadata)"] or row["Description"],
    }
