"""Stripe: payments, refunds, lost disputes; what was not taken is no sale, what pays an order is it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, truth, when

NOT_TAKEN = {"failed", "blocked", "canceled", "cancelled", "expired", "incomplete", "pending", "uncaptured"}


def read(folder: Path) -> Tables:
    """Orders and refunds."""
    rows = newest(rows_of(folder, "payments*.csv", "unified_payments*.csv"), lambda row: row["id"])
    taken_back = [refund for row in rows for refund in (*_refund(row), *_dispute(row))]
    return {"orders": [_payment(row) for row in rows], "refunds": taken_back}


def _given_back(row: Row) -> float:
    amount = number(row["Amount Refunded"]) or 0
    return (number(row["Amount"]) or 0) if row["Status"].lower() == "refunded" and not amount else amount


def _refund(row: Row) -> Iterator[Row]:
    if _given_back(row):
        yield _taken_back(row, _given_back(row), row.get("Refunded date (UTC)"))


def _dispute(row: Row) -> Iterator[Row]:
    amount = number(row["Amount"]) or 0
    lost = number(row.get("Disputed Amount"))
    left = min(amount if lost is None else lost, amount - _given_back(row))
    if (row.get("Dispute Status") or "").lower() == "lost" and left > 0:
        yield {**_taken_back(row, left, row.get("Dispute Date (UTC)")), "is_dispute": True}


def _taken_back(row: Row, amount: float, on: str | None) -> Row:
    return {
        "order_id": row["id"],
        "email": address(row["Customer Email"]),
        "refunded_at": when(on or row["Created date (UTC)"]),
        "amount": amount,
        "currency": row["Currency"].upper(),
        "stream": "other",
    }


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
        "status": status if was_taken else "cancelled",
        "currency": row["Currency"].upper(),
        "gross": number(row["Amount"]),
        "refunded": number(row["Amount Refunded"]),
        "stream": "other",
        "reference": row["order_id (metadata)"] or row["Description"],
    }
