"""Mailchimp: reports of campaigns, audiences, and the API's lists of who was sent to and what they did."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, newest_parts, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, when

SENT = "%b %d, %Y %I:%M %p"
# The API tells of no complaints and does not tell a machine's open from a person's.
UNMEASURED = frozenset({"complaints", "machine_opens"})


def read(folder: Path) -> Tables:
    """Campaigns, their reports, the events of their messages, memberships."""
    reports = newest_parts(rows_of(folder, "campaigns*.csv"), lambda row: row["Unique Id"])
    report_of = {row["Unique Id"]: row for row in reports}
    members = newest(
        rows_of(folder, "subscribed*.csv", "unsubscribed*.csv", "cleaned*.csv"),
        lambda row: row["LEID"],
        lambda row: row["LAST_CHANGED"] or "",
    )
    return {
        "campaigns": [
            {
                "campaign_id": row["Unique Id"],
                "campaign_name": row["Title"],
                "channel": "email",
                "campaign_type": "one_off",
            }
            for row in reports
        ],
        "email_stats": [_report(row) for row in reports],
        "email_events": [
            {**event, "channel": "email", "unmeasured": UNMEASURED, "export": "mailchimp__events"}
            for event in [*_sends(folder, report_of), *_activity(folder), *_unsubscribes(members)]
        ],
        "subscribers": [
            {
                "list": "Mailchimp audience",
                "email": address(row["Email Address"]),
                "subscribed_at": when(row["OPTIN_TIME"] or row["CONFIRM_TIME"]),
                **_left(row),
            }
            for row in members
        ],
    }


def _left(row: Row) -> Row:
    """When a member left, where the file can tell."""
    told = [row[name] for name in ("UNSUB_TIME", "CLEAN_TIME") if name in row]
    return {"unsubscribed_at": when(next(filter(None, told), None))} if told else {}


def _report(row: Row) -> Row:
    sent_at = when(row["Send Date"], SENT)
    assert sent_at is not None
    return {
        "export": "mailchimp__campaigns",
        "sent_on": sent_at.date(),
        "send_hour": sent_at.hour,
        "campaign_id": row["Unique Id"],
        "channel": "email",
        "segment": row.get("Audience") or row.get("List"),
        "subject": row["Subject"],
        "sent": number(row["Total Recipients"]),
        "delivered": number(row["Successful Deliveries"]),
        "bounces": number(row["Total Bounces"]),
        "hard_bounces": number(row["Hard Bounces"]),
        "soft_bounces": number(row["Soft Bounces"]),
        "unique_opens": number(row["Unique Opens"]),
        "unique_clicks": number(row["Unique Clicks"]),
        "unsubscribes": number(row["Unsubscribes"]),
        "complaints": number(row["Abuse Complaints"]),
    }


def _message(campaign: str, person: str | None) -> str:
    return f"{campaign}:{person}"


def _sends(folder: Path, report_of: dict[str, Row]) -> list[Row]:
    """Who was sent to; when, on what subject and to which audience stands in the campaign's report."""
    rows = newest(
        rows_of(folder, "sent_to*.jsonl"), lambda row: (row["campaign_id"], address(row["email_address"]))
    )
    return [
        {
            "event_type": "sent",
            "message_id": _message(row["campaign_id"], address(row["email_address"])),
            "email": address(row["email_address"]),
            "campaign_id": row["campaign_id"],
            "variant": row.get("absplit_group"),
            "segment": report.get("Audience") or report.get("List"),
            "subject": report["Subject"],
            "occurred_at": when(report["Send Date"], SENT),
        }
        for row in rows
        if (report := report_of.get(row["campaign_id"]))
    ]


def _activity(folder: Path) -> list[Row]:
    types = {"open": "opened", "click": "clicked", "bounce": "bounced"}
    return [
        {
            "event_type": types[row["action"].lower()],
            "message_id": _message(row["campaign_id"], address(row["email_address"])),
            "email": address(row["email_address"]),
            "campaign_id": row["campaign_id"],
            "occurred_at": when(row["timestamp"]),
            "bounce_type": row.get("type"),
        }
        for row in rows_of(folder, "email_activity*.jsonl")
    ]


def _unsubscribes(members: list[Row]) -> list[Row]:
    return [
        {
            "event_type": "unsubscribed",
            "message_id": _message(row["UNSUB_CAMPAIGN_ID"], address(row["Email Address"])),
            "email": address(row["Email Address"]),
            "campaign_id": row["UNSUB_CAMPAIGN_ID"],
            "occurred_at": when(row["UNSUB_TIME"]),
        }
        for row in members
        if row.get("UNSUB_CAMPAIGN_ID")
    ]
