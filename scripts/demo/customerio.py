"""Writes Customer.io's exports: deliveries and metrics as Parquet, people, names, and events of the webhook.

The webhook tells of the last newsletter once more. Some messages were dropped: they were never sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb
import numpy as np

from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.people import tool_number
from demo.files import csv_file, local_time, text_file
from demo.world import World

SOURCE = "customerio"
_METRICS = {
    SENT_EVENT: "sent",
    DELIVERED_EVENT: "delivered",
    HARD_EVENT: "bounced",
    SOFT_EVENT: "bounced",
    OPEN_EVENT: "opened",
    CLICK_EVENT: "clicked",
    UNSUBSCRIBE_EVENT: "unsubscribed",
    COMPLAINT_EVENT: "spammed",
}
_DELIVERY = {
    "delivery_id": "varchar", "internal_customer_id": "varchar", "delivery_type": "varchar",
    "campaign_id": "integer", "newsletter_id": "integer", "content_id": "integer",
}  # fmt: skip
_METRIC = {
    "event_id": "varchar", "delivery_id": "varchar", "metric": "varchar", "created_at": "timestamp",
}  # fmt: skip
Row = dict[str, Any]


def campaign_id(mailing: Mailing) -> str:
    """The kind and id of a mailing's campaign or newsletter."""
    return f"{'newsletter' if mailing.list_code else 'campaign'} {mailing.number}"


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    mailings = [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]
    deliveries: list[Row] = []
    metrics: list[Row] = []
    people: dict[int, str] = {}
    for mailing in mailings:
        outcome = world.mail.outcome(mailing)
        for row, person in enumerate(outcome.person.tolist()):
            people[person] = _person(person)
            deliveries.append(_delivery(outcome, row))
        metrics.extend(_happened(world, outcome))
    _parquet(folder / "deliveries_v5_1_1.parquet", deliveries, _DELIVERY)
    _parquet(folder / "metrics_v5_1_1.parquet", metrics, _METRIC)
    with csv_file(folder / "people.csv", ("internal_customer_id", "email_addr")) as file:
        file.rows((name, world.people.written_email(person, 3)) for person, name in people.items())
    for kind in ("newsletter", "campaign"):
        named = [mailing for mailing in mailings if campaign_id(mailing).startswith(kind)]
        if named:
            with text_file(folder / f"{kind}s.jsonl") as lines:
                lines.writelines(
                    json.dumps({"id": mailing.number, "name": mailing.name}) + "\n" for mailing in named
                )
    with text_file(folder / "events.jsonl") as lines:
        for mailing in [mailing for mailing in mailings if mailing.list_code][-1:]:
            lines.writelines(_posted(world, world.mail.outcome(mailing)))


def _person(person: int) -> str:
    return f"{int(tool_number(SOURCE, np.asarray([person]))[0]):012x}"


def _delivery(outcome: Outcome, row: int) -> Row:
    mailing = outcome.mailing
    kind, _, number = campaign_id(mailing).partition(" ")
    return {
        "delivery_id": _id(outcome.message_id(row)),
        "internal_customer_id": _person(int(outcome.person[row])),
        "delivery_type": "email",
        f"{kind}_id": int(number),
        "content_id": mailing.number * 2 + int(outcome.variant[row]),
    }


def _happened(world: World, outcome: Outcome) -> Iterator[Row]:
    """A person's open or click is told twice: as any, and as a human's."""
    events = outcome.events(world.calendar.end)
    columns = (events.kind, events.row, events.at, events.is_machine, events.nth)
    for kind, row, at, machine, nth in zip(*(column.tolist() for column in columns), strict=True):
        message = outcome.message_id(row)
        metric = _METRICS[kind]
        told = {
            "delivery_id": _id(message),
            "metric": metric,
            "created_at": local_time(at, "%Y-%m-%d %H:%M:%S"),
        }
        yield {"event_id": _id(message, kind, at, nth, machine), **told}
        if kind in (OPEN_EVENT, CLICK_EVENT) and not machine:
            yield {"event_id": _id(message, kind, at, nth, "human"), **told, "metric": f"human_{metric}"}
        if kind == SENT_EVENT and row % 9 == 0:
            dropped = {**told, "delivery_id": _id(message, "dropped")}
            yield {"event_id": _id(message, "drop 1"), **dropped}
            yield {"event_id": _id(message, "drop 2"), **dropped, "metric": "dropped"}


def _posted(world: World, outcome: Outcome) -> Iterator[str]:
    """The webhook's words for it; whether a human did it, it does not say."""
    known = {_id(outcome.message_id(row)): row for row in range(len(outcome.person))}
    for event in _happened(world, outcome):
        row = known.get(event["delivery_id"])
        if row is not None and not event["metric"].startswith("human_"):
            moment = datetime.fromisoformat(event["created_at"]).replace(tzinfo=UTC)
            person = int(outcome.person[row])
            data = {
                "delivery_id": event["delivery_id"],
                "newsletter_id": outcome.mailing.number,
                "subject": outcome.mailing.subjects[outcome.variant[row]],
                "recipient": world.people.written_email(person, row),
                "identifiers": {"cio_id": _person(person)},
            }
            line = {
                "event_id": f"w{event['event_id']}",
                "object_type": "email",
                "metric": event["metric"],
                "timestamp": int(moment.timestamp()),
                "data": data,
            }
            yield json.dumps(line, separators=(",", ":")) + "\n"


def _id(*parts: object) -> str:
    return uuid5(NAMESPACE_URL, f"customerio {parts}").hex[:24]


def _parquet(path: Path, rows: Sequence[Row], types: Mapping[str, str]) -> None:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in types.items())
    with TemporaryDirectory() as scratch, duckdb.connect() as connection:
        lines = Path(scratch) / "rows.jsonl"
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        connection.execute("set threads = 1")
        connection.execute(
            f"copy (from read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}}))"
            f" to '{path}' (format parquet, compression zstd)"
        )
