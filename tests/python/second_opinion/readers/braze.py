"""Braze: a folder of Currents per type of event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb

from second_opinion.files import rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address

EVENTS = {
    "Send": "sent",
    "Delivery": "delivered",
    "Bounce": "bounced",
    "SoftBounce": "bounced",
    "Open": "opened",
    "Click": "clicked",
    "Unsubscribe": "unsubscribed",
    "MarkAsSpam": "complained",
}


def read(folder: Path) -> Tables:
    """Campaigns and the events of their messages; of dropped messages nothing."""
    rows = list(_rows(folder))
    dropped = {_message(row) for _, row in rows if row.get("is_drop")}
    campaigns = {_campaign(row): row for _, row in rows}
    return {
        "campaigns": [
            {
                "campaign_id": campaign,
                "campaign_name": row.get("campaign_name")
                or f"{row.get('canvas_name')}: {row.get('canvas_step_name')}",
                "channel": "email",
                "campaign_type": "one_off" if row.get("campaign_id") else "automated",
                "journey": row.get("canvas_name"),
            }
            for campaign, row in campaigns.items()
        ],
        "email_events": [
            {
                "event_type": EVENTS[kind],
                "message_id": _message(row),
                "email": address(row["email_address"]),
                "person_id": row.get("external_user_id") or row["user_id"],
                "channel": "email",
                "campaign_id": _campaign(row),
                "variant": row["message_variation_id"],
                "occurred_at": dt.datetime.fromtimestamp(row["time"], dt.UTC).replace(tzinfo=None),
                "bounce_type": {"Bounce": "hard", "SoftBounce": "soft"}.get(kind),
                "is_machine": row.get("machine_open") == "true" or bool(row.get("is_suspected_bot_click")),
            }
            for kind, row in rows
            if kind in EVENTS and _message(row) not in dropped
        ],
    }


def _rows(folder: Path) -> Iterator[tuple[str, Row]]:
    for part in sorted(folder.glob("event_type=*")):
        kind = part.name.rpartition(".")[2]
        yield from ((kind, row) for row in rows_of(part, "*.jsonl"))
        for path in sorted(part.glob("*.parquet")):
            with duckdb.connect() as connection:
                result = connection.execute("select * from read_parquet(?)", [str(path)])
                names = [column[0] for column in result.description]
                yield from ((kind, dict(zip(names, row, strict=True))) for row in result.fetchall())


def _message(row: Row) -> str:
    return f"{row['user_id']}:{row['dispatch_id']}"


def _campaign(row: Row) -> str:
    return str(row.get("campaign_id") or row["canvas_step_id"])
