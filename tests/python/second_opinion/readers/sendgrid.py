"""SendGrid: events of the webhook and of Email Activity."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, when

EVENTS = {
    "processed": "sent",
    "delivered": "delivered",
    "bounce": "bounced",
    "open": "opened",
    "click": "clicked",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
    "spamreport": "complained",
    "spam_report": "complained",
}
BOUNCES = {"bounce": "hard", "blocked": "soft", "expired": "soft"}


def read(folder: Path) -> Tables:
    """Campaigns and the events of their messages."""
    posted = newest(rows_of(folder, "*.jsonl"), lambda row: row["sg_event_id"])
    named = {_campaign(row): row for row in posted if "singlesend_id" in row or "mc_auto_id" in row}
    return {
        "campaigns": [
            {
                "campaign_id": campaign,
                "campaign_name": row.get("singlesend_name") or row.get("mc_auto_name"),
                "channel": "email",
                "campaign_type": "one_off" if "singlesend_id" in row else "automated",
            }
            for campaign, row in named.items()
        ],
        "email_events": [*_told(posted, _posted), *_told(list(rows_of(folder, "*.csv")), _listed)],
    }


def _campaign(row: Row) -> str | None:
    found: str | None = row.get("singlesend_id") or row.get("mc_auto_id")
    return found


def _posted(row: Row) -> Row:
    return {
        "export": "sendgrid__events",
        "occurred_at": dt.datetime.fromtimestamp(row["timestamp"], dt.UTC).replace(tzinfo=None),
        "message_id": row.get("sg_message_id"),
        "campaign_id": _campaign(row),
        "is_machine": row.get("sg_machine_open"),
    }


def _listed(row: Row) -> Row:
    return {
        "export": "sendgrid__email_activity",
        "occurred_at": when(row["processed"]),
        "message_id": row["message_id"],
        "campaign_id": row["singlesend_id"] or json.loads(row["categories"])[0],
        "subject": row["subject"],
        "is_machine": None,
    }


def _told(rows: list[Row], read_row: Any) -> list[Row]:
    """Of dropped messages nothing; a bounce that names no message is that of the last one before it."""
    events = [
        {"kind": row["event"], "email": address(row["email"]), "type": row.get("type"), **read_row(row)}
        for row in rows
    ]
    dropped = {
        (event["message_id"], event["email"]) for event in events if event["kind"] in ("drop", "dropped")
    }
    told = []
    for event in events:
        if event["kind"] not in EVENTS:
            continue
        of = event if event["message_id"] else _last_sent(events, event)
        if of is None or (of["message_id"], of["email"]) in dropped:
            continue
        told.append(
            {
                **event,
                "event_type": EVENTS[event["kind"]],
                "message_id": f"{of['message_id']}:{of['email']}",
                "campaign_id": event["campaign_id"] or of["campaign_id"],
                "channel": "email",
                "bounce_type": BOUNCES.get(event["type"]) if event["kind"] == "bounce" else None,
            }
        )
    return told


def _last_sent(events: list[Row], bounce: Row) -> Row | None:
    before = [
        event
        for event in events
        if event["kind"] in ("processed", "delivered")
        and event["email"] == bounce["email"]
        and event["message_id"]
        and event["occurred_at"] <= bounce["occurred_at"]
    ]
    return max(before, key=lambda event: event["occurred_at"], default=None)
