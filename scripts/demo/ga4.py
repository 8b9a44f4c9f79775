"""Writes Google Analytics 4's exports: events of the last weeks, reports of the weeks before, user ids.

Events: JSON lines of a month that still lack the latest arrivals of its last days, those days exported again
with them, and Parquet for the days since. Reports: English by channel, French by landing page. Each stretch
begins three days before the one before it ends, so that days are told twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS, Channel
from demo.company.draw import DAY
from demo.company.people import tool_number
from demo.company.web import Sessions
from demo.files import csv_file, local_time, text_file
from demo.world import World

SOURCE = "ga4"
VALUE = 71
"""What the tag says a key event is worth, in euros."""
EVENT_DAYS, PARQUET_DAYS = 41, 10
TRAFFIC_DAYS = (71, 38)
LANDING_DAYS = (102, 68)
"""Days up to as_of that an export tells of; of a report from how many to how many days back."""
_LATE_DAYS = 4
_MICROS = 1_000_000
_HOST = "https://shop.example"
_RULE = "# ----------------------------------------"

Event = dict[str, Any]


def write(world: World, folder: Path) -> None:
    """Writes every export into `folder`."""
    _events(world, folder)
    _user_ids(world, folder)
    _traffic(world, folder)
    _landing_pages(world, folder)


def first_second(world: World, days: int) -> int:
    """The first second of the last so many days."""
    return world.calendar.end + 1 - days * DAY


def sessions_between(world: World, start: int, end: int) -> Iterator[Sessions]:
    """The sessions that began from `start` up to, not including, `end`."""
    for block in world.web.sessions():
        chosen = block.of((block.at >= start) & (block.at < end))
        if len(chosen.at):
            yield chosen


def user_id(person: int) -> str:
    """A person's id for the site's login."""
    return f"u{tool_number(SOURCE, np.asarray([person]))[0]}"


# --- events


def _events(world: World, folder: Path) -> None:
    """Three files: the month, its last days again, and the days since."""
    border, end = first_second(world, PARQUET_DAYS), world.calendar.end + 1
    again = border - _LATE_DAYS * DAY
    events = sorted(
        (
            event
            for block in sessions_between(world, first_second(world, EVENT_DAYS), end)
            for event in _events_of(world, block)
        ),
        key=lambda event: (event["event_timestamp"], event["user_pseudo_id"], event["batch_event_index"]),
    )

    def days(start: int, stop: int) -> str:
        return f"{local_time(start, '%Y%m%d')}_{local_time(stop - 1, '%Y%m%d')}"

    def between(start: int, stop: int) -> Iterator[Event]:
        return (event for event in events if start * _MICROS <= event["event_timestamp"] < stop * _MICROS)

    first = first_second(world, EVENT_DAYS)
    with text_file(folder / f"events_{days(first, border)}.jsonl.gz") as file:
        for number, event in enumerate(between(first, border)):
            if event["event_timestamp"] < again * _MICROS or number % 4:
                file.write(_line(event))
    with text_file(folder / f"events_{days(again, border)}.jsonl.gz") as file:
        file.writelines(map(_line, between(again, border)))
    _parquet(folder / f"events_{days(border, end)}.parquet", between(border, end))


def _line(event: Event) -> str:
    """An event as BigQuery writes JSON: whole numbers as text, what is null left out."""
    return json.dumps(_as_bigquery(event), separators=(",", ":")) + "\n"


def _as_bigquery(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_bigquery(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_as_bigquery(inner) for inner in value]
    return str(value) if isinstance(value, int) else value


_PARAMS = (
    "struct(key varchar, value struct(string_value varchar, int_value bigint, float_value double,"
    " double_value double))[]"
)
_LAST_CLICK = (
    "struct(manual_campaign struct(campaign_name varchar, source varchar, medium varchar),"
    " google_ads_campaign struct(campaign_name varchar),"
    " cross_channel_campaign struct(campaign_name varchar, source varchar, medium varchar,"
    " default_channel_group varchar))"
)
_TYPES = {
    "event_date": "varchar",
    "event_timestamp": "bigint",
    "event_name": "varchar",
    "event_params": _PARAMS,
    "event_bundle_sequence_id": "bigint",
    "batch_page_id": "bigint",
    "batch_ordering_id": "bigint",
    "batch_event_index": "bigint",
    "user_id": "varchar",
    "user_pseudo_id": "varchar",
    "traffic_source": "struct(name varchar, medium varchar, source varchar)",
    "collected_traffic_source": (
        "struct(manual_campaign_name varchar, manual_source varchar, manual_medium varchar, gclid varchar)"
    ),
    "session_traffic_source_last_click": _LAST_CLICK,
}


def _parquet(path: Path, events: Iterable[Event]) -> None:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _TYPES.items())
    with TemporaryDirectory() as scratch, duckdb.connect() as connection:
        lines = Path(scratch) / "events.jsonl"
        lines.write_text("".join(map(_line, events)), encoding="utf-8")
        connection.execute("set threads = 1")
        connection.execute(
            f"copy (from read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}}))"
            f" to '{path}' (format parquet, compression zstd)"
        )


def _events_of(world: World, block: Sessions) -> Iterator[Event]:
    for row in range(len(block.at)):
        yield from _session_events(world, block, row)


def _session_events(world: World, block: Sessions, row: int) -> Iterator[Event]:
    """One session's events: its engaged time is spread over them, the flag turns to engaged on the way."""
    at, number, person = int(block.at[row]), int(block.visitor[row]), int(block.person[row])
    channel = CHANNELS[int(block.channel[row])]
    campaign = block.utms[int(block.campaign[row])] if block.campaign[row] >= 0 else None
    source, medium = block.source or channel.source, channel.medium
    is_direct = channel.name == "direct"
    last = world.calendar.end * _MICROS
    known = user_id(person) if block.is_known[row] else None
    landing = words.LANDING_PAGES[int(block.landing_page[row])]
    tags = (
        "" if is_direct or medium in ("organic", "referral") else f"?utm_source={source}&utm_medium={medium}"
    )
    if tags and campaign:
        tags += f"&utm_campaign={campaign}"
    views, is_engaged = int(block.page_views[row]), bool(block.is_engaged[row])
    milliseconds = int(block.engaged_seconds[row]) * 1000
    start = at * _MICROS + (number * 7919 + at) % 900_000
    collected = None if is_direct else _collected(source, medium, campaign)
    step = milliseconds // views

    def event(index: int, name: str, after: int, spent: int | None, page: str, engaged: bool) -> Event:
        # The flag comes as text in some events and as a number in others.
        flag: Event = {"int_value": int(engaged)} if index % 3 == 2 else {"string_value": str(int(engaged))}
        params: list[dict[str, Any]] = [
            {"key": "ga_session_id", "value": {"int_value": at}},
            {"key": "page_location", "value": {"string_value": f"{_HOST}{page}"}},
            {"key": "session_engaged", "value": flag},
        ]
        if spent is not None:
            params.append({"key": "engagement_time_msec", "value": {"int_value": spent}})
        stamp = min(start + after * 1000, last)
        return {
            "event_date": local_time(stamp // _MICROS, "%Y%m%d"),
            "event_timestamp": stamp,
            "event_name": name,
            "event_params": params,
            "event_bundle_sequence_id": at % 1_000_003,
            "batch_page_id": start // 1000,
            "batch_ordering_id": 1 + index // 4,
            "batch_event_index": index,
            "user_id": known if index > 1 else None,
            "user_pseudo_id": f"{number}.{_birth(number)}",
            "traffic_source": _first_touch(number),
            "collected_traffic_source": collected if index < 2 else None,
            "session_traffic_source_last_click": _last_click(channel, source, campaign),
        }

    yield event(0, "session_start", 0, None, landing + tags, False)
    yield event(1, "page_view", 0, None, landing + tags, False)
    for view in range(1, views):
        page = words.CONTENTS[(at + view) % len(words.CONTENTS)]
        yield event(1 + view, "page_view", view * step, step, page, True)
    rest = milliseconds - step * (views - 1)
    yield event(1 + views, "user_engagement", milliseconds, rest, landing, is_engaged)
    if block.is_converted[row]:
        name = "purchase" if block.order[row] >= 0 else "generate_lead"
        yield event(2 + views, name, milliseconds, None, landing, True)
    if known is not None:
        yield event(3 + views, "login", milliseconds, None, landing, is_engaged)


def _birth(visitor: int) -> int:
    """The second part of a browser's id: when it was first seen."""
    return 1_690_000_000 + visitor * 613 % 30_000_000


def _first_touch(visitor: int) -> dict[str, str]:
    """The user's first origin, which is not the session's."""
    channel = CHANNELS[visitor % len(CHANNELS)]
    return {"name": "(first touch)", "medium": channel.medium, "source": channel.source}


def _collected(source: str, medium: str, campaign: str | None) -> dict[str, str | None]:
    gclid = "Cj0KCQexample" if medium == "cpc" else None
    return {
        "manual_campaign_name": campaign,
        "manual_source": source,
        "manual_medium": medium,
        "gclid": gclid,
    }


def _last_click(channel: Channel, source: str, campaign: str | None) -> dict[str, dict[str, str | None]]:
    name = campaign or f"({'direct' if channel.name == 'direct' else channel.medium})"
    tagged = {"campaign_name": name, "source": source, "medium": channel.medium}
    found: dict[str, dict[str, str | None]] = {
        "manual_campaign": {**tagged},
        "cross_channel_campaign": {**tagged, "default_channel_group": channel.ga4},
    }
    if channel.name == "paid_search":
        found["google_ads_campaign"] = {"campaign_name": campaign}
    return found


def _user_ids(world: World, folder: Path) -> None:
    """The addresses of those who were logged in, as far as anybody knows them."""
    start, end = first_second(world, EVENT_DAYS), world.calendar.end + 1
    seen = {
        person
        for block in sessions_between(world, start, end)
        for person in block.person[block.is_known].tolist()
        if world.people.has_email[person]
    }
    with csv_file(folder / "user_ids.csv", ("user_id", "email")) as file:
        file.rows((user_id(person), world.people.written_email(person, 9)) for person in sorted(seen))


# --- reports


Sums = dict[tuple[str, str], list[int]]
"""Day and slice: sessions, engaged ones, engaged seconds, events, key events."""


def _sums(world: World, days: tuple[int, int], is_by_page: bool) -> Sums:
    found: Sums = {}
    for block in sessions_between(world, *(first_second(world, back) for back in days)):
        for row in range(len(block.at)):
            day = local_time(int(block.at[row]), "%Y%m%d")
            page = words.LANDING_PAGES[int(block.landing_page[row])]
            key = (day, page if is_by_page else CHANNELS[int(block.channel[row])].ga4)
            cell = found.setdefault(key, [0, 0, 0, 0, 0])
            gained = (
                1, int(block.is_engaged[row]), int(block.engaged_seconds[row]),
                int(block.page_views[row]) + 2, int(block.is_converted[row]),
            )  # fmt: skip
            found[key] = [so_far + more for so_far, more in zip(cell, gained, strict=True)]
    return dict(sorted(found.items()))


def _range(world: World, days: tuple[int, int]) -> tuple[str, str]:
    first, after = (first_second(world, back) for back in days)
    return local_time(first, "%Y%m%d"), local_time(after - 1, "%Y%m%d")


def _total(sums: Sums) -> list[int]:
    return [sum(cell[place] for cell in sums.values()) for place in range(5)]


def _traffic(world: World, folder: Path) -> None:
    """English: the grand total stands first, with one field more than the header; a second table follows."""
    sums = _sums(world, TRAFFIC_DAYS, is_by_page=False)
    first, last = _range(world, TRAFFIC_DAYS)

    def row(day: str, group: str, cell: list[int]) -> str:
        sessions, engaged, seconds, events, key = cell
        rate, average, per = engaged / sessions, seconds / sessions, events / sessions
        return f"{day},{group},{sessions},{engaged},{rate!r},{average!r},{per!r},{events},{key},{key * VALUE}"

    with text_file(folder / "traffic.csv") as file:
        file.write(
            f"{_RULE}\n# Traffic acquisition: Session primary channel group (Default channel group)\n"
            f"# Account: {words.COMPANY}\n# Property: {words.COMPANY}\n{_RULE}\n#\n# All Users\n"
            f"# Start date: {first}\n# End date: {last}\n\n"
            "Date,Session primary channel group (Default channel group),Sessions,Engaged sessions,"
            "Engagement rate,Average engagement time per session,Events per session,Event count,Key events,"
            "Total revenue\n"
        )
        file.write(row("", "", _total(sums)) + ",Grand total\n")
        file.writelines(row(*key, cell) + "\n" for key, cell in sums.items())
        file.write(f"\n{_RULE}\n# Country\n# Start date: {first}\n# End date: {last}\n{_RULE}\n\n")
        file.write(f"Country,Sessions\nIreland,{_total(sums)[0]}\n")


def _landing_pages(world: World, folder: Path) -> None:
    """French: semicolons, decimal commas, percent signs; the total stands last."""
    sums = _sums(world, LANDING_DAYS, is_by_page=True)
    first, last = _range(world, LANDING_DAYS)

    def row(day: str, page: str, cell: list[int]) -> str:
        sessions, engaged, seconds, _, key = cell
        rate = f"{100 * engaged / sessions:.1f} %".replace(".", ",").replace(",0 %", " %")
        average = repr(seconds / sessions).replace(".", ",")
        counts = f"{_french(sessions)};{_french(engaged)};{rate};{average};{key}"
        return f"{day};{page};{counts};{_french(sessions * 7)},00 €\n"

    with text_file(folder / "landing_pages.csv", encoding="utf-8-sig") as file:
        file.write(
            f"{_RULE}\n# Page de destination\n# Compte : {words.COMPANY}\n"
            f"# Date de début : {first}\n# Date de fin : {last}\n{_RULE}\n\n"
            "Date;Page de destination;Sessions;Sessions avec engagement;Taux d'engagement;"
            "Durée d'engagement moyenne par session;Événements clés;Revenu total\n"
        )
        file.writelines(row(*key, cell) for key, cell in sums.items())
        file.write(row("", "Total général", _total(sums)))


def _french(count: int) -> str:
    """`1 234`, with the narrow space that does not break."""
    return f"{count:,}".replace(",", "\u202f")
