"""Customer.io: deliveries and what happened to them, people, names. Its webhook tells nothing more."""

from __future__ import annotations

from pathlib import Path

import duckdb

from second_opinion.files import matching, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address

METRICS = {
    "sent": "sent",
    "delivered": "delivered",
    "bounced": "bounced",
    "opened": "opened",
    "human_opened": "opened",
    "clicked": "clicked",
    "human_clicked": "clicked",
    "unsubscribed": "unsubscribed",
    "spammed": "complained",
}


def read(folder: Path) -> Tables:
    """Campaigns, contacts and the events of messages; what was dropped was never sent."""
    deliveries = {row["delivery_id"]: row for row in _rows(folder, "deliveries*.parquet")}
    metrics = _rows(folder, "metrics*.parquet")
    dropped = {row["delivery_id"] for row in metrics if row["metric"] == "dropped"}
    return {
        "campaigns": [
            {
                "campaign_id": f"{path.stem[:-1]} {row['id']}",
                "campaign_name": row["name"],
                "channel": "email",
                "campaign_type": "one_off" if path.stem == "newsletters" else "automated",
            }
            for path in matching(folder, ["newsletters.jsonl", "campaigns.jsonl"])
            for row in rows_of(folder, path.name)
        ],
        "contacts": [
            {
                "export": "customerio__people",
                "person_id": row["internal_customer_id"],
                "email": address(row["email_addr"]),
            }
            for row in rows_of(folder, "people.csv")
        ],
        "email_events": [
            _event(row, deliveries[row["delivery_id"]])
            for row in metrics
            if row["metric"] in METRICS and row["delivery_id"] not in dropped
        ],
    }


def _rows(folder: Path, pattern: str) -> list[Row]:
    with duckdb.connect() as connection:
        result = connection.execute("select * from read_parquet(?)", [str(folder / pattern)])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _event(row: Row, delivery: Row) -> Row:
    """Whoever opens or clicks and is not told to be human is a machine; bounces are of no known kind."""
    campaign = delivery["campaign_id"]
    return {
        "export": "customerio__metrics",
        "event_type": METRICS[row["metric"]],
        "message_id": row["delivery_id"],
        "person_id": delivery["internal_customer_id"],
        "channel": "email",
        "campaign_id": f"campaign {campaign}" if campaign else f"newsletter {delivery['newsletter_id']}",
        "variant": str(delivery["content_id"]),
        "occurred_at": row["created_at"],
        "bounce_type": None,
        "is_machine": row["metric"] in ("opened", "clicked"),
        "unmeasured": ("bounce_types",),
    }
