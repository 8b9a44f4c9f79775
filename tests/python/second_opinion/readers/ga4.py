"""Google Analytics 4: sessions out of events, daily reports, the addresses behind user ids."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from second_opinion.files import newest, rows_of
from second_opinion.lookups import channel_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address

KEY_EVENTS = ("purchase", "generate_lead")
NO_CAMPAIGN = ("(not set)", "(none)", "(direct)", "(organic)", "(referral)")


def read(folder: Path) -> Tables:
    """Sessions, their daily sums where reports tell them, contacts."""
    return {
        "sessions": _sessions(folder),
        "session_stats": [*_traffic(folder), *_landing_pages(folder)],
        "contacts": [
            {"export": "ga4__user_ids", "person_id": row["user_id"], "email": address(row["email"])}
            for row in newest(rows_of(folder, "user_ids*.csv"), lambda row: row["user_id"])
        ],
    }


def _all_events(folder: Path) -> Iterator[Row]:
    """Events of JSON lines (numbers as text, nulls left out) and Parquet, with plain parameters."""
    yield from map(_event, rows_of(folder, "events_2*.jsonl"))
    for path in sorted(folder.glob("events_2*.parquet")):
        with duckdb.connect() as connection:
            result = connection.execute("select * from read_parquet(?)", [str(path)])
            names = [column[0] for column in result.description]
            yield from (_event(dict(zip(names, row, strict=True))) for row in result.fetchall())


def _event(row: Row) -> Row:
    params = {
        entry["key"]: next((value for value in entry["value"].values() if value is not None), None)
        for entry in row["event_params"]
    }
    order = [int(row.get(name) or 0) for name in ("batch_page_id", "batch_ordering_id", "batch_event_index")]
    return {**row, "params": params, "at": int(row["event_timestamp"]), "order": order}


def _sessions(folder: Path) -> list[Row]:
    events = newest(
        _all_events(folder),
        lambda event: (
            event.get("user_pseudo_id"),
            event["at"],
            event["event_name"],
            str(event.get("event_bundle_sequence_id")),
            *event["order"],
            event["params"].get("page_location"),
        ),
    )
    sessions: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        number = event["params"].get("ga_session_id")
        if event.get("user_pseudo_id") and number is not None:
            sessions[f"{event['user_pseudo_id']}.{number}"].append(event)
    return [_session(name, found) for name, found in sessions.items()]


def _session(session_id: str, events: list[Row]) -> Row:
    events.sort(key=lambda event: (event["at"], event["order"]))
    flags = [event["params"].get("session_engaged") for event in events]
    pages = [event["params"]["page_location"] for event in events if event["params"].get("page_location")]
    origins = [origin for event in events if (origin := _origin(event))]
    _, channel, source, medium, campaign = min(
        origins, key=lambda origin: origin[0], default=(0, *[None] * 4)
    )
    return {
        "export": "ga4__events",
        "session_id": session_id,
        "visitor_id": events[0]["user_pseudo_id"],
        "person_id": max((event["user_id"] for event in events if event.get("user_id")), default=None),
        "started_at": dt.datetime.fromtimestamp(events[0]["at"] / 1e6, dt.UTC).replace(tzinfo=None),
        "channel": channel,
        "traffic_source": source,
        "medium": medium,
        "campaign": None if campaign in NO_CAMPAIGN else campaign,
        "landing_page": (urlsplit(pages[0]).path or "/") if pages else None,
        "page_views": sum(event["event_name"] in ("page_view", "screen_view") for event in events),
        "engaged_seconds": sum(int(event["params"].get("engagement_time_msec") or 0) for event in events)
        / 1000,
        "is_engaged": any(str(flag) == "1" for flag in flags)
        if any(flag is not None for flag in flags)
        else None,
        "is_converted": any(event["event_name"] in KEY_EVENTS for event in events),
    }


def _origin(event: Row) -> tuple[int, Any, Any, Any, Any] | None:
    """Rank, channel, source, medium and campaign of the best record that the event has."""
    last = event.get("session_traffic_source_last_click") or {}
    cross, ads, manual = (
        last.get(name) or {} for name in ("cross_channel_campaign", "google_ads_campaign", "manual_campaign")
    )
    collected, params = event.get("collected_traffic_source") or {}, event["params"]
    if cross.get("source"):
        channel = channel_of("ga4", cross.get("default_channel_group"))
        return 1, channel, cross["source"], cross.get("medium"), cross.get("campaign_name")
    if ads.get("campaign_name"):
        return 2, None, "google", "cpc", ads["campaign_name"]
    if manual.get("source"):
        return 3, None, manual["source"], manual.get("medium"), manual.get("campaign_name")
    if collected.get("gclid"):
        return 4, None, "google", "cpc", collected.get("manual_campaign_name")
    if source := collected.get("manual_source"):
        return 5, None, source, collected.get("manual_medium"), collected.get("manual_campaign_name")
    if params.get("source"):
        return 6, None, params["source"], params.get("medium"), params.get("campaign")
    return None


def _report(path: Path, delimiter: str) -> Iterator[Row]:
    """The rows of the first table that have a day."""
    table: list[str] = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if table and (not line or line.startswith("#")):
            break
        if table or line.startswith("Date"):
            table.append(line)
    yield from (row for row in csv.DictReader(table, delimiter=delimiter) if row["Date"])


def _sums(row: Row, sessions: str, engaged: str, average: str) -> Row:
    count = int(row[sessions].replace("\u202f", ""))
    return {
        "session_on": dt.datetime.strptime(row["Date"], "%Y%m%d").date(),  # noqa: DTZ007
        "sessions": count,
        "bounced_sessions": count - int(row[engaged].replace("\u202f", "")),
        "engaged_seconds": count * float(row[average].replace(",", ".")),
    }


def _traffic(folder: Path) -> Iterator[Row]:
    for row in _report(folder / "traffic.csv", ","):
        yield {
            "export": "ga4__traffic",
            "channel": channel_of("ga4", row["Session primary channel group (Default channel group)"]),
            **_sums(row, "Sessions", "Engaged sessions", "Average engagement time per session"),
        }


def _landing_pages(folder: Path) -> Iterator[Row]:
    for row in _report(folder / "landing_pages.csv", ";"):
        yield {
            "export": "ga4__landing_pages",
            "landing_page": row["Page de destination"],
            **_sums(row, "Sessions", "Sessions avec engagement", "Durée d'engagement moyenne par session"),
        }
