"""HubSpot: events of e-mails (API), contacts and deals (CRM exports)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from second_opinion.files import newest, rows_of
from second_opinion.lookups import channel_of, looked_up
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, text, truth, when

EVENTS = {
    "SENT": "sent",
    "DELIVERED": "delivered",
    "BOUNCE": "bounced",
    "OPEN": "opened",
    "CLICK": "clicked",
    "SPAMREPORT": "complained",
    "STATUSCHANGE": "unsubscribed",
}
TYPES = {"BATCH_EMAIL": "one_off", "AUTOMATED_EMAIL": "automated"}


def read(folder: Path) -> Tables:
    """Campaigns, the events of their messages, contacts, deals."""
    campaigns = newest(
        rows_of(folder, "email_campaigns*.csv", "email_campaigns*.jsonl"), lambda row: text(row["id"])
    )
    return {
        "campaigns": [
            {
                "campaign_id": text(row["id"]),
                "campaign_name": row["name"],
                "channel": "email",
                "campaign_type": TYPES.get(row["type"]),
                "journey": row.get("workflow"),
            }
            for row in campaigns
        ],
        "email_events": _events(folder),
        "contacts": _contacts(folder),
        "opportunities": _deals(folder),
    }


def _inner(row: Row, name: str) -> str | None:
    """`sentBy.id` of the API's JSON, or `sentBy_id` of the flattened CSV."""
    nested: Any = row.get(name)
    return nested.get("id") if isinstance(nested, dict) else row.get(f"{name}_id")


def _events(folder: Path) -> list[Row]:
    """Void events are left out, and dropped sends; an unsubscribe belongs to the send behind its cause."""
    rows = newest(rows_of(folder, "email_events*.csv", "email_events*.jsonl"), lambda row: row["id"])
    sends = {row["id"]: _inner(row, "sentBy") for row in rows}
    valid = [row for row in rows if not _inner(row, "obsoletedBy")]
    dropped = {_inner(row, "sentBy") for row in valid if row["type"] == "DROPPED"}
    events = []
    for row in valid:
        send = (
            row["id"]
            if row["type"] == "SENT"
            else _inner(row, "sentBy") or sends.get(_inner(row, "causedBy"))
        )
        is_other_change = (
            row["type"] == "STATUSCHANGE" and row.get("portalSubscriptionStatus") != "UNSUBSCRIBED"
        )
        if row["type"] not in EVENTS or is_other_change or send is None or send in dropped:
            continue
        events.append(
            {
                "event_type": EVENTS[row["type"]],
                "message_id": send,
                "email": address(row["recipient"]),
                "channel": "email",
                "campaign_id": text(row["emailCampaignId"]),
                "subject": row.get("subject"),
                "occurred_at": dt.datetime.fromtimestamp(int(row["created"]) / 1000, dt.UTC).replace(
                    tzinfo=None
                ),
                "bounce_type": _bounce_type(row) if row["type"] == "BOUNCE" else None,
                "is_machine": truth(row.get("filteredEvent")) if row["type"] in ("OPEN", "CLICK") else None,
            }
        )
    return events


def _bounce_type(row: Row) -> str | None:
    known = looked_up(
        "bounce_categories", {"source": "hubspot", "category": row.get("category")}, "bounce_type"
    )
    return known or {"5": "hard", "4": "soft"}.get((row.get("status") or " ")[0])


def _merged(row: Row) -> list[str]:
    return [part.strip() for part in (row.get("Merged record IDs") or "").split(";") if part.strip()]


def _contacts(folder: Path) -> list[Row]:
    """A record merged into another is that one's person."""
    rows = newest(
        rows_of(folder, "contacts*.csv", "all-contacts*.csv"),
        lambda row: row["Record ID"],
        lambda row: row["Last Modified Date"] or "",
    )
    survivors = {old: row for row in rows for old in _merged(row) if old != row["Record ID"]}
    own = {row["Record ID"]: address(row["Email"]) for row in rows}
    contacts: list[Row] = [
        {"person_id": old, "email": address(row["Email"]) or own.get(old)}
        for old, row in survivors.items()
        if address(row["Email"]) or own.get(old)
    ]
    contacts += [
        {
            "person_id": survivors.get(row["Record ID"], row)["Record ID"],
            "email": own[row["Record ID"]],
            "lead_at": when(row["Became a Lead Date"]),
            "mql_at": when(row["Became a Marketing Qualified Lead Date"]),
            "sql_at": when(row["Became a Sales Qualified Lead Date"]),
            "opportunity_at": when(row["Became an Opportunity Date"]),
            "customer_at": when(row["Became a Customer Date"]),
            "channel": channel_of("hubspot", row["Original Source"]),
            "campaign": row.get("First Touch Converting Campaign"),
            "landing_page": row["First Page Seen"],
        }
        for row in rows
    ]
    return contacts


def _deals(folder: Path) -> list[Row]:
    """Deals merged into others are left out; closed is not won, the stage tells."""
    rows = newest(
        rows_of(folder, "deals*.csv", "all-deals*.csv"),
        lambda row: row["Record ID"],
        lambda row: row["Last Modified Date"] or "",
    )
    gone = {old for row in rows for old in _merged(row) if old != row["Record ID"]}
    return [
        {
            "export": "hubspot__deals",
            "opportunity_id": row["Record ID"],
            "person_id": ((row["Associated Contact IDs"] or "").split(";")[0].strip()) or None,
            "order_id": row.get("Order ID"),
            "created_at": when(row["Create Date"]),
            "closed_at": when(row["Close Date"]),
            "outcome": looked_up("deal_stages", {"source": "hubspot", "stage": row["Deal Stage"]}, "outcome"),
            "amount": number(row["Amount"]),
            "currency": (row.get("Currency") or "EUR").upper(),
            "pipeline": row["Pipeline"],
            "channel": channel_of("hubspot", row.get("Original Traffic Source")),
            "campaign": row.get("Campaign"),
        }
        for row in rows
        if row["Record ID"] not in gone
    ]
