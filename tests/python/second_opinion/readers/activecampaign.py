"""ActiveCampaign: the report of all campaigns."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import number, when


def read(folder: Path) -> Tables:
    """Campaigns and their counts; a newer report replaces the older one."""
    rows = newest(rows_of(folder, "*.csv"), lambda row: row["Campaign ID"])
    return {
        "campaigns": [
            {
                "campaign_id": row["Campaign ID"],
                "campaign_name": row["Campaign"],
                "channel": "email",
                "campaign_type": "automated" if row["Type"] == "Automation" else "one_off",
            }
            for row in rows
        ],
        "email_stats": [_counts(row) for row in rows],
    }


def _counts(row: Row) -> Row:
    sent_at = when(row["Send Date"])
    assert sent_at is not None
    hard, soft = number(row["Hard Bounces"]) or 0, number(row["Soft Bounces"]) or 0
    return {
        "export": "activecampaign__campaigns",
        "sent_on": sent_at.date(),
        "send_hour": sent_at.hour,
        "campaign_id": row["Campaign ID"],
        "channel": "email",
        "segment": row["List"],
        "subject": row["Subject"],
        "sent": number(row["Sends"]),
        "bounces": hard + soft,
        "hard_bounces": hard,
        "soft_bounces": soft,
        "unique_opens": number(row["Opens"]),
        "unique_clicks": number(row["Clicks"]),
        "unsubscribes": number(row["Unsubscribes"]),
    }
