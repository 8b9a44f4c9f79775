"""Iterable: a file per type of event."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import matching, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, text, truth, when

EVENTS = {
    "emailSend": "sent",
    "emailOpen": "opened",
    "emailClick": "clicked",
    "emailBounce": "bounced",
    "emailUnSubscribe": "unsubscribed",
    "emailComplaint": "complained",
}


def read(folder: Path) -> Tables:
    """Campaigns and the events of their messages; what was skipped was never sent."""
    campaigns: dict[str, Row] = {}
    events: list[Row] = []
    for path in matching(folder, ["*.csv", "*.jsonl"]):
        kind = path.name.split("_")[0]
        for row in rows_of(folder, path.name.removesuffix(".gz")):
            campaign = text(row["campaignId"])
            campaigns[str(campaign)] = {
                "campaign_id": campaign,
                "campaign_name": row["campaignName"],
                "channel": "email",
                "campaign_type": "automated" if row["workflowName"] else "one_off",
                "journey": row["workflowName"],
            }
            if kind in EVENTS:
                events.append(
                    {
                        "event_type": EVENTS[kind],
                        "message_id": row["messageId"],
                        "email": address(row["email"]),
                        "person_id": row["userId"],
                        "channel": "email",
                        "campaign_id": campaign,
                        "variant": text(row["templateId"]),
                        "occurred_at": when(row["createdAt"], "%Y-%m-%d %H:%M:%S +00:00"),
                        "bounce_type": {"H": "hard", "S": "soft"}.get((row.get("recipientState") or " ")[0]),
                        "is_machine": row.get("proxySource") == "Apple" or truth(row.get("isBot")) is True,
                    }
                )
    return {"campaigns": list(campaigns.values()), "email_events": events}
