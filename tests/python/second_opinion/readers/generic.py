"""The project's own layouts (generic.md), one file pattern per entity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from second_opinion.files import FILE, newest, newest_parts, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, day, number, truth, when

CURRENCY = "EUR"
KEYS: dict[str, tuple[str, ...]] = {
    "contacts": ("person_id",),
    "subscribers": ("list", "email", "person_id", "subscribed_at"),
    "lead_scores": ("email", "person_id", "score_model", "scored_at"),
    "campaigns": ("campaign_id",),
    "email_events": ("event_id",),
    "email_messages": ("message_id",),
    "email_stats": ("sent_on", "campaign_id", "channel", "segment", "subject", "variant"),
    "inbox_tests": ("test_id", "seed_address"),
    "social_posts": ("active_on", "network", "post_id"),
    "sessions": ("session_id",),
    "session_stats": ("session_on", "channel", "traffic_source", "medium", "campaign", "landing_page"),
    "content_stats": ("viewed_on", "content", "network"),
    "form_stats": ("viewed_on", "form", "landing_page"),
    "orders": ("order_id",),
    "refunds": ("refund_id",),
    "subscriptions": ("subscription_id",),
    "opportunities": ("opportunity_id",),
    "spend": ("spent_on", "channel", "campaign", "journey", "cost_type", "tool", "item"),
    "survey_responses": ("response_id",),
    "touchpoints": ("touch_id",),
    "journey_steps": ("journey", "email", "person_id", "entry_id", "step_number"),
    "exchange_rates": ("rate_on", "currency"),
}
# Entities whose rows of one key in one file are parts of it.
COUNTS = {"email_stats", "social_posts", "session_stats", "content_stats", "form_stats", "spend"}
# What `date` and `source` are called in the vocabulary.
NAMES = {
    "email_stats": {"date": "sent_on"},
    "social_posts": {"date": "active_on"},
    "sessions": {"source": "traffic_source"},
    "session_stats": {"date": "session_on", "source": "traffic_source"},
    "content_stats": {"date": "viewed_on"},
    "form_stats": {"date": "viewed_on"},
    "spend": {"date": "spent_on"},
    "exchange_rates": {"date": "rate_on"},
}
NUMBERS = frozenset(
    {
        "score", "sent", "delivered", "bounces", "hard_bounces", "soft_bounces", "unique_opens",
        "machine_opens", "unique_clicks", "opened_and_clicked", "unsubscribes", "complaints", "conversions",
        "impressions",
        "reach", "reactions", "comments", "shares", "saves", "direct_messages", "replies",
        "link_clicks", "watch_seconds", "page_views", "engaged_seconds", "sessions", "bounced_sessions",
        "views",
        "submits", "gross", "discount", "tax", "shipping", "refunded", "amount",
        "monthly_amount", "months", "scale_min", "scale_max", "step_number", "steps_total", "rate",
    }
)  # fmt: skip
ADDRESSES = ("email", "seed_address")
CODES = (
    "event_type",
    "bounce_type",
    "placement",
    "status",
    "outcome",
    "stream",
    "cost_type",
    "survey_type",
    "campaign_type",
)
# Channels of messages that are no e-mails.
BESIDE_EMAIL = {"sms", "push", "messaging"}
# What is not known of a message whose file lacks a column.
UNMEASURED = {
    "bounced_at": {"bounces", "bounce_types"},
    "bounce_type": {"bounce_types"},
    "opened_at": {"opens"},
    "machine_opened_at": {"machine_opens"},
    "clicked_at": {"clicks"},
    "unsubscribed_at": {"unsubscribes"},
    "complained_at": {"complaints"},
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "orders": {"currency": CURRENCY, "status": "paid", "stream": "other"},
    "refunds": {"currency": CURRENCY, "stream": "other"},
    "subscriptions": {"currency": CURRENCY},
    "opportunities": {"currency": CURRENCY},
    "spend": {"currency": CURRENCY},
    "journey_steps": {"entry_id": "1"},
}


def read(folder: Path) -> Tables:
    """All entities."""
    tables = {entity: _entity(folder, entity) for entity in KEYS}
    of_campaigns = {row["campaign_id"]: (row.get("channel") or "").lower() for row in tables["campaigns"]}
    for entity in ("email_events", "email_messages", "email_stats"):
        for row in tables[entity]:
            channel = of_campaigns.get(row.get("campaign_id"))
            row["channel"] = row.get("channel") or (channel if channel in BESIDE_EMAIL else "email")
    for row in tables["email_messages"]:
        row["unmeasured"] = set().union(*(words for name, words in UNMEASURED.items() if name not in row))
    _turn_signs(tables["refunds"])
    for entity, total in (("orders", "gross"), ("refunds", "amount")):
        for row in tables[entity]:
            if row.get("shipping_includes_tax") and row.get("tax") and row.get("shipping") and row[total]:
                row["shipping"] -= row["tax"] * row["shipping"] / row[total]
    return tables


def _turn_signs(refunds: list[Row]) -> None:
    """Make the refunds of a file positive whose every refund, disputes aside, is negative."""
    plain = [row for row in refunds if not row.get("is_dispute")]
    for file in {row[FILE] for row in plain}:
        mine = [row for row in plain if row[FILE] == file]
        if all(row["amount"] < 0 for row in mine if row.get("amount") is not None):
            for row in mine:
                row.update({name: abs(row[name]) for name in ("amount", "tax", "shipping") if row.get(name)})


def _entity(folder: Path, entity: str) -> list[Row]:
    names = NAMES.get(entity, {})
    typed = (
        {names.get(name, name): _typed(names.get(name, name), value) for name, value in row.items()}
        for row in rows_of(folder, f"{entity}*.csv")
    )
    key = KEYS[entity]
    stands = newest_parts if entity in COUNTS else newest
    rows = stands(typed, lambda row: tuple(row.get(part) for part in key))
    defaults = DEFAULTS.get(entity, {})
    return [
        {**row, **{name: value for name, value in defaults.items() if row.get(name) is None}} for row in rows
    ]


def _typed(name: str, value: str | None) -> Any:
    parsers: list[tuple[bool, Callable[[str | None], Any]]] = [
        (name in NUMBERS, number),
        (name in ADDRESSES, address),
        (name.startswith("is_") or name == "shipping_includes_tax", truth),
        (name.endswith("_at"), when),
        (name.endswith("_on"), day),
        (name in CODES, lambda code: code and code.lower()),
        (name == "currency", lambda code: code and code.upper()),
    ]
    for applies, parse in parsers:
        if applies:
            return parse(value)
    return value
