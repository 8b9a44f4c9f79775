"""Salesforce: reports of opportunities and leads, dates month first, the report's name after the data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.lookups import channel_of, looked_up
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, truth, when


def read(folder: Path) -> Tables:
    """Contacts and opportunities; a deal's person is the lead that became it."""
    leads = newest(
        (row for row in rows_of(folder, "leads*.csv") if row.get("Created Date")), lambda row: row["Lead ID"]
    )
    deals = newest(
        (row for row in rows_of(folder, "opportunities*.csv") if row.get("Created Date")),
        lambda row: row["Opportunity ID"],
    )
    lead_of = {row["Converted Opportunity ID"]: row for row in leads if row["Converted Opportunity ID"]}
    return {
        "contacts": [_contact(row) for row in leads],
        "opportunities": [_deal(row, lead_of.get(row["Opportunity ID"], {})) for row in deals],
    }


def _time(text: str | None) -> dt.datetime | None:
    return when(text, "%m/%d/%Y", "%m/%d/%Y, %I:%M %p", "%Y-%m-%d")


def _contact(row: Row) -> Row:
    has_deal = truth(row["Converted"]) and row["Converted Opportunity ID"]
    return {
        "person_id": row["Lead ID"],
        "email": address(row["Email"]),
        "lead_at": _time(row["Created Date"]),
        "opportunity_at": _time(row["Converted Date"]) if has_deal else None,
        "channel": channel_of("salesforce", row["Lead Source"]),
    }


def _deal(row: Row, lead: Row) -> Row:
    outcome = looked_up("deal_stages", {"source": "salesforce", "stage": row["Stage"]}, "outcome")
    return {
        "opportunity_id": row["Opportunity ID"],
        "email": address(lead.get("Email")),
        "person_id": lead.get("Lead ID"),
        "created_at": _time(row["Created Date"]),
        "closed_at": _time(row["Close Date"]) if outcome else None,
        "outcome": outcome,
        "amount": number(row["Amount"]),
        "currency": row.get("Amount Currency") or "EUR",
        "pipeline": row["Type"],
        "channel": channel_of("salesforce", row["Lead Source"]),
    }
