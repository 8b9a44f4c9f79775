"""Stripe: payments, refunds, lost disputes, subscriptions; what was not taken is no sale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, truth, when

NOT_TAKEN = {"failed", "blocked", "canceled", "cancelled", "expired", "incomplete", "pending", "uncaptured"}


def read(folder: Path) -> Tables:
    """Orders, refunds and subscriptions."""
    rows = newest(rows_of(folder, "payments*.csv", "unified_payments*.csv"), lambda row: row["id"])
    taken_back = [refund for row in rows for refund in (*_refund(row), *_dispute(row))]
    held = newest(rows_of(folder, "subscriptions*.csv"), lambda row: row["id"])
    return {
        "orders": [_payment(row) for row in rows],
        "refunds": taken_back,
        "subscriptions": [_subscription(row) for row in held if not row["Status"].startswith("incomplete")],
    }


def _subscription(row: Row) -> Row:
    trial_end, ended = when(row.get("Trial End (UTC)")), when(row.get("Ended At (UTC)"))
    if row["Status"] == "canceled":
        ended = ended or when(row.get("Canceled At (UTC)"))
    began = when(row.get("Start Date (UTC)")) or when(row["Created (UTC)"])
    price = number(row.get("Amount"))
    if price is not None:
        months = {"month": 1.0, "year": 12.0, "week": 84 / 365, "day": 12 / 365}[row["Interval"]]
        price = price * (number(row.get("Quantity")) or 1) / months
    first_charged = trial_end or began
    period = when(row.get("Current Period Start (UTC)"))
    never_paid = (
        row["Status"] in {"past_due", "unpaid"}
        and period is not None
        and first_charged is not None
        and period.date() <= first_charged.date()
    )
    rests = first_charged if row["Status"] == "paused" or never_paid else None
    return {
        "export": "stripe__subscriptions",
        "subscription_id": row["id"],
        "email": address(row.get("Customer Email")),
        "person_id": row.get("Customer ID"),
        "plan": row.get("Plan"),
        "started_on": began and began.date(),
        "trial_ends_on": trial_end and trial_end.date(),
        "paused_on": rests and rests.date(),
        "ended_on": ended and ended.date(),
        "monthly_amount": price,
        "currency": row["Currency"].upper(),
    }


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
        "person_id": row.get("Customer ID"),
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
        "person_id": row.get("Customer ID"),
        "ordered_at": when(row["Created date (UTC)"]),
        "status": status if was_taken else "cancelled",
        "currency": row["Currency"].upper(),
        "gross": number(row["Amount"]),
        "refunded": number(row["Amount Refunded"]),
        "stream": "other",
        "reference": row["order_id (metadata)"] or row["Description"],
    }
