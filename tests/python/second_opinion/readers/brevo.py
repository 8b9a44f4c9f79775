"""Brevo: one row per recipient of a campaign, and the log of transactional messages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, when

STATUSES = {
    "Sent": ("sent", None, None),
    "Delivered": ("delivered", None, None),
    "Hard bounce": ("bounced", "hard", None),
    "Soft bounce": ("bounced", "soft", None),
    "First opening": ("opened", None, False),
    "Opened": ("opened", None, False),
    "Loaded by proxy": ("opened", None, True),
    "Clicked": ("clicked", None, None),
    "Unsubscribed": ("unsubscribed", None, None),
    "Complaint": ("complained", None, None),
}


def read(folder: Path) -> Tables:
    """Campaigns and messages. The webhook's events are those of recipients, who tell more."""
    log = list(rows_of(folder, "logs.csv"))
    rows = newest(
        rows_of(folder, "*recipients*.csv"),
        lambda row: (row["Campaign ID"], address(row["Email_ID"])),
    )
    return {
        "campaigns": [
            {
                "campaign_id": row["Campaign ID"],
                "campaign_name": row["Campaign Name"],
                "channel": "email",
                "campaign_type": "one_off",
            }
            for row in rows
        ]
        + [
            {
                "export": "brevo__log",
                "campaign_id": tag,
                "campaign_name": tag,
                "channel": "email",
                "campaign_type": "automated",
            }
            for tag in sorted({row["tag"] for row in log})
        ],
        "email_events": _events(log),
        "email_messages": [_message(row) for row in rows],
    }


def _time(text: str | None) -> dt.datetime | None:
    return when(text, "%d-%m-%Y %H:%M:%S")


def _message(row: Row) -> Row:
    """All opens Apple's: nobody opened. A click bears no date: the open's stands, else the delivery's."""
    opened, delivered, sent = _time(row["Open_Date"]), _time(row["Delivered_Date"]), _time(row["Send_Date"])
    opens, by_apple = number(row["Total Opens"]) or 0, number(row["Total Apple MPP Opens"]) or 0
    hard, soft = _time(row["Hard_Bounce_Date"]), _time(row["Soft_Bounce_Date"])
    return {
        "message_id": f"{row['Campaign ID']}:{address(row['Email_ID'])}",
        "email": address(row["Email_ID"]),
        "channel": "email",
        "campaign_id": row["Campaign ID"],
        "sent_at": sent,
        "delivered_at": delivered,
        "bounced_at": hard or soft,
        "bounce_type": "hard" if hard else "soft" if soft else None,
        "opened_at": None if by_apple and by_apple >= opens else opened,
        "machine_opened_at": opened if by_apple else None,
        "clicked_at": (opened or delivered or sent) if number(row["Clicked_Links_Count"]) else None,
        "unsubscribed_at": _time(row["Unsubscribe_Date"]),
        "complained_at": _time(row["Complaint_date"]),
    }


def _events(log: list[Row]) -> list[Row]:
    """What was blocked was never sent."""
    blocked = {row["mid"] + str(address(row["email"])) for row in log if row["st_text"] == "Blocked"}
    return [
        {
            "export": "brevo__log",
            "event_type": STATUSES[row["st_text"]][0],
            "message_id": row["mid"] + str(address(row["email"])),
            "email": address(row["email"]),
            "channel": "email",
            "campaign_id": row["tag"],
            "subject": row["sub"],
            "occurred_at": _time(row["ts"]),
            "bounce_type": STATUSES[row["st_text"]][1],
            "is_machine": STATUSES[row["st_text"]][2],
        }
        for row in log
        if row["st_text"] in STATUSES and row["mid"] + str(address(row["email"])) not in blocked
    ]
