"""The score each lead had when it counted."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.people import People

Row = dict[str, Any]
SCORED_WITHIN = dt.timedelta(days=7)
CONVERTED_WITHIN = dt.timedelta(days=90)


def scored_leads(
    tables: Mapping[str, Sequence[Row]], people: People, persons: Mapping[str, Row], as_of: dt.date
) -> list[Row]:
    """One row per lead and model: the last score within 7 days after the lead date, before conversion."""
    last: dict[tuple[str, str], Row] = {}
    for row in tables["lead_scores"]:
        key = people.key(row)
        person = persons.get(key or "")
        if person is None or person["lead_at"] is None or row["scored_at"].date() > as_of:
            continue
        lead_on, scored_on = person["lead_at"].date(), row["scored_at"].date()
        is_late = person["customer_at"] is not None and row["scored_at"] >= person["customer_at"]
        if is_late or not lead_on <= scored_on <= lead_on + SCORED_WITHIN:
            continue
        known = last.get((key, row["score_model"]))
        if known is None or known["scored_at"] <= row["scored_at"]:
            last[key, row["score_model"]] = row
    return [
        {
            "day": persons[key]["lead_at"].date(),
            "score_model": model,
            "score": row["score"],
            "converted": converted_within(persons[key], "lead_at", "customer_at"),
        }
        for (key, model), row in last.items()
    ]


def converted_within(person: Row, start: str, end: str) -> bool:
    """Whether a later stage was reached within the window of calendar days, on the same day at the earliest."""
    if person[end] is None:
        return False
    return dt.timedelta() <= person[end].date() - person[start].date() <= CONVERTED_WITHIN
