"""How far entries into journeys got."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.people import People

Row = dict[str, Any]
WINDOW = dt.timedelta(days=30)


def journey_entries(tables: Mapping[str, Sequence[Row]], people: People, as_of: dt.date) -> list[Row]:
    """One row per journey, person and entry: its day, and the last step within the window."""
    steps: dict[tuple, list[Row]] = defaultdict(list)
    for row in tables["journey_steps"]:
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


def step_names(tables: Mapping[str, Sequence[Row]]) -> dict[tuple[str, int], str]:
    """What reports call a step: `welcome 2 our story`."""
    names: dict[tuple[str, int], str] = {}
    for row in tables["journey_steps"]:
        key = (row["journey"], int(row["step_number"]))
        names[key] = max(names.get(key, ""), row.get("step_name") or "")
    return {(journey, step): f"{journey} {step} {name}".strip() for (journey, step), name in names.items()}
