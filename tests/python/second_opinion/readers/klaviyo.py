"""Klaviyo: reports of campaigns and flows, events of profiles, totals of forms."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, newest_parts, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, day, number, truth, when

MANY_SUBJECTS = "[MULTIPLE VARIATIONS]"
# A "Dropped Email" was never sent.
EVENTS = {
    "Received Email": ("delivered", "email"),
    "Received SMS": ("delivered", "sms"),
    "Bounced Email": ("bounced", "email"),
    "Failed to Deliver SMS": ("bounced", "sms"),
    "Opened Email": ("opened", "email"),
    "Clicked Email": ("clicked", "email"),
    "Clicked SMS": ("clicked", "sms"),
    "Unsubscribed from Email": ("unsubscribed", "email"),
    "Unsubscribed": ("unsubscribed", "email"),
    "Unsubscribed from SMS": ("unsubscribed", "sms"),
    "Marked Email as Spam": ("complained", "email"),
}


def read(folder: Path) -> Tables:
    """Campaigns, their reports, the events of their messages, forms."""
    campaigns = newest_parts(
        rows_of(folder, "campaigns*.csv"),
        lambda row: (row["Campaign Name"], row["Send Time"], row.get("Variant")),
    )
    messages = newest_parts(
        rows_of(folder, "campaign_performance*.csv"), lambda row: row["Campaign Message ID"]
    )
    flows = newest_parts(rows_of(folder, "flows*.csv"), lambda row: (row["Date"], row["Message ID"]))
    events = newest(rows_of(folder, "events*.jsonl"), lambda row: row["id"])
    forms = newest_parts(rows_of(folder, "forms*.csv"), lambda row: row["form_id"])
    return {
        "campaigns": [
            *(
                _named(
                    row.get("Campaign ID") or row["Campaign Name"],
                    row["Campaign Name"],
                    row.get("Campaign Channel"),
                )
                for row in campaigns
            ),
            *(
                _named(
                    row["Campaign Message ID"], row["Campaign Message Name"], row["Campaign Message Channel"]
                )
                for row in messages
            ),
            *_flow_campaigns(flows),
            *(
                _named(row["properties"]["$message"], row["properties"].get("Campaign Name"), "email")
                for row in events
            ),
        ],
        "email_stats": [
            *(_campaign(row) for row in campaigns),
            *(_message(row) for row in messages),
            *(_flow(row) for row in flows),
        ],
        "email_events": [_event(row) for row in events if row["metric_name"] in EVENTS],
        "form_stats": [
            {
                "viewed_on": day(row["created_at"]),
                "form": row["form_name"],
                "views": number(row["viewed_form"]),
                "submits": number(row["submits"]),
            }
            for row in forms
        ],
    }


def _named(campaign: str | None, name: str | None, channel: str | None) -> Row:
    return {
        "campaign_id": campaign,
        "campaign_name": name,
        "channel": (channel or "email").lower(),
        "campaign_type": "one_off",
    }


def _flow_campaigns(flows: list[Row]) -> list[Row]:
    """Names as of a message's last day; the flow's stands before a name that two messages share."""
    latest = newest(sorted(flows, key=lambda row: row["Date"]), lambda row: row["Message ID"])
    flows_of: dict[str | None, set[str | None]] = {}
    for row in latest:
        flows_of.setdefault(row["Message Name"], set()).add(row["Flow Name"])
    return [
        {
            **_named(
                row["Message ID"],
                row["Message Name"]
                if len(flows_of[row["Message Name"]]) == 1
                else f"{row['Flow Name']}: {row['Message Name']}",
                row["Message Channel"],
            ),
            "campaign_type": "automated",
            "journey": row["Flow Name"],
        }
        for row in latest
    ]


def _subject(text: str | None) -> str | None:
    return None if text == MANY_SUBJECTS else text


def _campaign(row: Row) -> Row:
    sent_at = when(row["Send Time"])
    assert sent_at is not None
    return {
        "export": "klaviyo__campaigns",
        "sent_on": sent_at.date(),
        "send_hour": sent_at.hour,
        "campaign_id": row.get("Campaign ID") or row["Campaign Name"],
        "channel": (row.get("Campaign Channel") or "email").lower(),
        "segment": row["List"],
        "subject": _subject(row["Subject"]),
        "variant": row.get("Variant"),
        "sent": number(row["Total Recipients"]),
        "delivered": number(row["Successful Deliveries"]),
        "bounces": number(row["Bounces"]),
        "unique_opens": number(row["Unique Opens"]),
        "unique_clicks": number(row["Unique Clicks"]),
        "unsubscribes": number(row["Unsubscribes"]),
        "complaints": number(row["Spam Complaints"]),
        "conversions": number(row["Unique Placed Order"]),
    }


def _counts(row: Row) -> Row:
    """The counts that both performance reports have."""
    return {
        "sent": number(row["Total Recipients"]),
        "bounces": number(row["Bounces"]),
        "unique_opens": number(row["Unique Opens"]),
        "machine_opens": number(row["Unique Apple Privacy Opens"]),
        "unique_clicks": number(row["Unique Clicks"]),
        "unsubscribes": number(row["Unique Unsubscribes"]),
        "complaints": number(row["Spam Complaints"]),
        "conversions": number(row["Unique Placed Order"]),
    }


def _message(row: Row) -> Row:
    time = when(row["Send Time"], "%I:%M %p", "%H:%M:%S", "%H:%M")
    return {
        "export": "klaviyo__campaign_performance",
        "sent_on": day(row["Send Date"]),
        "send_hour": time.hour if time else None,
        "campaign_id": row["Campaign Message ID"],
        "channel": (row["Campaign Message Channel"] or "email").lower(),
        "segment": row["List"],
        "subject": _subject(row["Subject"]),
        **_counts(row),
    }


def _flow(row: Row) -> Row:
    return {
        "export": "klaviyo__flows",
        "sent_on": day(row["Date"]),
        "campaign_id": row["Message ID"],
        "channel": (row["Message Channel"] or "email").lower(),
        **_counts(row),
    }


def _event(row: Row) -> Row:
    kind, channel = EVENTS[row["metric_name"]]
    said = row["properties"]
    cohort = said.get("$_cohort$message_send_cohort") or said.get("$message")
    return {
        "export": "klaviyo__events",
        "event_type": kind,
        "message_id": f"{row['person_id']}:{cohort}",
        "person_id": row["person_id"],
        "email": address(row.get("email")),
        "channel": channel,
        "campaign_id": said.get("$message"),
        "subject": said.get("Subject"),
        "variant": said.get("$variation"),
        "occurred_at": when(row["timestamp"]),
        "bounce_type": (said.get("Bounce Type") or "").lower() or None,
        "is_machine": truth(said.get("machine_open")) or truth(said.get("Bot Click")) or False,
    }
