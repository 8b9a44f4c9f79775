"""Who is on which list, moment by moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from second_opinion.people import People
from second_opinion.sends import is_by_a_person

Row = Mapping[str, Any]
MIDNIGHT = dt.time()
INACTIVE_DAYS = 90
STILL = dt.datetime(9999, 12, 31)


class Member(NamedTuple):
    """A person in a list of one tool."""

    source: str
    list: str
    person: str


Spell = tuple[dt.datetime, dt.datetime]
Spells = dict[Member, list[Spell]]


def spells_of(rows: Iterable[Row], people: People, as_of: dt.date) -> Spells:
    """From when until when each member was one (STILL while subscribed), overlaps made one.

    A tool whose rows all lack the end tells of no members.
    """
    told: Spells = defaultdict(list)
    rows = list(rows)
    knowing = {row["source"] for row in rows if "unsubscribed_at" in row}
    for row in rows:
        if row["source"] not in knowing:
            continue
        person, start, end = people.key(row), row.get("subscribed_at"), row.get("unsubscribed_at")
        if not person or not start or start.date() > as_of or (end and end < start):
            continue
        until = end if end and end.date() <= as_of else STILL
        told[Member(row["source"], row.get("list") or "(none)", person)].append((start, until))
    return {member: _joined(_ended(spells)) for member, spells in told.items()}


def _ended(spells: Sequence[Spell]) -> list[Spell]:
    """Without those that go on while another from the same second on has ended."""
    ended = {start for start, until in spells if until != STILL}
    return [(start, until) for start, until in spells if until != STILL or start not in ended]


def _joined(spells: Sequence[Spell]) -> list[Spell]:
    joined: list[Spell] = []
    for start, until in sorted(spells):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((start, until))
    return joined


def on_lists_before(day: dt.date, spells: Spells) -> set[Member]:
    """Who was a member just before a day's first second."""
    moment = dt.datetime.combine(day, MIDNIGHT)
    return {
        member for member, known in spells.items() if any(start < moment <= until for start, until in known)
    }


def reaction_days(
    events: Mapping[Any, Sequence[Row]], people: People
) -> tuple[dict[str, set[dt.date]], dict[str, dt.date]]:
    """The days each person opened or clicked a message, and each tool's first day of messages it measures."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    measured: dict[str, dt.date] = {}
    for of_message in events.values():
        for event in of_message:
            day, person = event["occurred_at"].date(), people.key(event)
            if not {"opens", "clicks"} <= event["unmeasured"]:
                measured[event["source"]] = min(day, measured.get(event["source"], day))
            if person and is_by_a_person(event):
                days[person].add(day)
    return days, measured


def long_members(
    last_day: dt.date, spells: Spells, measured: Mapping[str, dt.date], reporting: Iterable[str]
) -> dict[str, set[str]]:
    """The people, by list and under `all`, who at a day's end have been members for long enough to be judged.

    measured: since when a tool's messages tell reactions; reporting: the tools that report sums.
    """
    people: dict[str, set[str]] = defaultdict(set)
    window = dt.timedelta(days=INACTIVE_DAYS)
    anywhere = min(measured.values(), default=None)
    for member, known in spells.items():
        since = measured.get(member.source) or (None if member.source in reporting else anywhere)
        if since is None or last_day - since < window - dt.timedelta(days=1):
            continue
        if any(start.date() + window <= last_day < until.date() for start, until in known):
            people[member.list].add(member.person)
            people["all"].add(member.person)
    return people
