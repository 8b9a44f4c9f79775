"""How far entries into journeys got."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from second_opinion.people import People

Row = dict[str, Any]
WINDOW = dt.timedelta(days=30)


def _steps(tables: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """The rows of steps that their journey has."""
    for row in tables["journey_steps"]:
        if 1 <= row["step_number"] <= row["steps_total"]:
            yield row


def journey_entries(tables: Mapping[str, Sequence[Row]], people: People, as_of: dt.date) -> list[Row]:
    """One row per journey, person and entry: its day, and the last step within the window."""
    steps: dict[tuple, list[Row]] = defaultdict(list)
    for row in _steps(tables):
        person = people.key(row)
        if person and row["reached_at"].date() <= as_of:
            steps[row["journey"], person, row.get("entry_id") or "1"].append(row)
    entries = []
    for (journey, person, _), rows in steps.items():
        day = min(row["reached_at"] for row in rows).date()
        in_time = [row["step_number"] for row in rows if row["reached_at"].date() <= day + WINDOW]
        entries.append(
            {
                "journey": journey,
                "person": person,
                "day": day,
                "last_step": max(in_time),
                "steps_total": max(row["steps_total"] for row in rows),
            }
        )
    return entries


def step_hours(
    tables: Mapping[str, Sequence[Row]], people: People, as_of: dt.date
) -> Iterator[tuple[str, int, dt.date, float]]:
    """Journey, step, day of entering and hours to the next step reached, in order, within the window."""
    steps: dict[tuple, dict[int, dt.datetime]] = defaultdict(dict)
    entered: dict[tuple, dt.datetime] = {}
    rows = [row for row in _steps(tables) if row["reached_at"].date() <= as_of and people.key(row)]
    for row in sorted(rows, key=lambda row: row["reached_at"]):
        key = (row["journey"], people.key(row), row.get("entry_id") or "1")
        start = entered.setdefault(key, row["reached_at"])
        if row["reached_at"].date() <= start.date() + WINDOW:
            steps[key].setdefault(int(row["step_number"]), row["reached_at"])
    for (journey, *others), reached in steps.items():
        numbers = sorted(reached)
        for number, following in pairwise(numbers):
            seconds = (reached[following] - reached[number]).total_seconds()
            if seconds > 0:
                yield journey, number, entered[journey, *others].date(), seconds / 3600


def step_names(tables: Mapping[str, Sequence[Row]]) -> dict[tuple[str, int], str]:
    """What reports call a step: `welcome 2 our story`."""
    names: dict[tuple[str, int], str] = {}
    for row in tables["journey_steps"]:
        key = (row["journey"], int(row["step_number"]))
        names[key] = max(names.get(key, ""), row.get("step_name") or "")
    return {(journey, step): f"{journey} {step} {name}".strip() for (journey, step), name in names.items()}
