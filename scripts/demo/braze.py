"""Writes Braze Currents: a folder per type of event, JSON lines, the opens as Parquet.

Among the events are some that change nothing: aborted messages, and bounces that tell of dropped ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb

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
from demo.files import text_file
from demo.world import World

SOURCE = "braze"
_TYPES = {
    SENT_EVENT: "Send",
    DELIVERED_EVENT: "Delivery",
    HARD_EVENT: "Bounce",
    SOFT_EVENT: "SoftBounce",
    OPEN_EVENT: "Open",
    CLICK_EVENT: "Click",
    UNSUBSCRIBE_EVENT: "Unsubscribe",
    COMPLAINT_EVENT: "MarkAsSpam",
}


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign, or of its step of a Canvas."""
    return str(uuid5(NAMESPACE_URL, f"braze {mailing.code}"))


def write(world: World, folder: Path) -> None:
    """Writes a folder per type of event into `folder`."""
    found: dict[str, list[str]] = defaultdict(list)
    for mailing in world.mailings_of(SOURCE):
        if mailing.channel == "email":
            for kind, event in _events(world, world.mail.outcome(mailing)):
                found[kind].append(json.dumps(event, separators=(",", ":")) + "\n")
    for kind, lines in found.items():
        part = folder / f"event_type=users.messages.email.{kind}" / "part-00000"
        part.parent.mkdir(parents=True, exist_ok=True)
        if kind == "Open":
            _parquet(part.with_suffix(".parquet"), lines)
        else:
            with text_file(part.with_suffix(".jsonl.gz")) as file:
                file.writelines(lines)


def _events(world: World, outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    mailing, end = outcome.mailing, world.calendar.end
    if mailing.list_code:
        of = {"campaign_id": campaign_id(mailing), "campaign_name": mailing.name}
    else:
        canvas = str(uuid5(NAMESPACE_URL, f"braze {mailing.journey}"))
        of = {"canvas_id": canvas, "canvas_name": mailing.journey}
        of |= {"canvas_step_id": campaign_id(mailing), "canvas_step_name": mailing.name}
    events = outcome.events(end)
    users = tool_number(SOURCE, outcome.person).tolist()
    columns = (events.kind, events.row, events.at, events.link, events.is_machine, events.nth)
    for kind, row, at, link, machine, nth in zip(*(column.tolist() for column in columns), strict=True):
        message = outcome.message_id(row)
        # A campaign's recipients share the dispatch; each entry into a Canvas has its own.
        dispatch = mailing.code if mailing.list_code else message
        event: dict[str, Any] = {
            "id": str(uuid5(NAMESPACE_URL, f"braze {message} {kind} {at} {nth} {machine}")),
            "user_id": f"{users[row]:024x}",
            "external_user_id": f"b{users[row]}",
            "time": at,
            **of,
            "message_variation_id": f"{mailing.code}-{'AB'[outcome.variant[row]]}",
            "dispatch_id": uuid5(NAMESPACE_URL, f"braze {dispatch}").hex,
            "email_address": world.people.written_email(int(outcome.person[row]), nth),
        }
        if kind == OPEN_EVENT and machine:
            event["machine_open"] = "true"
        elif kind == CLICK_EVENT:
            event |= {"url": f"https://shop.example{mailing.links[link]}", "is_suspected_bot_click": machine}
        yield _TYPES[kind], event
        if kind == SENT_EVENT and row % 9 == 0:
            other = {**event, "user_id": f"{users[row]:023x}f", "email_address": f"left.{row}@example.org"}
            del other["external_user_id"]
            yield "Abort", {**other, "id": f"{event['id']}-a", "abort_type": "liquid_abort_message"}
            other["user_id"] = f"{users[row]:023x}e"
            yield "Send", {**other, "id": f"{event['id']}-s"}
            yield (
                "Bounce",
                {**other, "id": f"{event['id']}-d", "is_drop": True, "bounce_reason": "Bounced Address"},
            )


_COLUMNS = {
    "id": "varchar", "user_id": "varchar", "external_user_id": "varchar", "time": "integer",
    "campaign_id": "varchar", "campaign_name": "varchar", "canvas_id": "varchar", "canvas_name": "varchar",
    "canvas_step_id": "varchar", "canvas_step_name": "varchar", "message_variation_id": "varchar",
    "dispatch_id": "varchar", "email_address": "varchar", "machine_open": "varchar",
}  # fmt: skip


def _parquet(path: Path, events: list[str]) -> None:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    with TemporaryDirectory() as scratch, duckdb.connect() as connection:
        lines = Path(scratch) / "events.jsonl"
        lines.write_text("".join(events), encoding="utf-8")
        connection.execute("set threads = 1")
        connection.execute(
            f"copy (from read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}}))"
            f" to '{path}' (format parquet, compression zstd)"
        )
