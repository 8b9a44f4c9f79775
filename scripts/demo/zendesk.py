"""Writes Zendesk's satisfaction ratings: CSV of the older ones, JSON lines since, some changed meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import DAY, HOUR
from demo.company.people import tool_number
from demo.company.surveys import SURVEYS
from demo.files import csv_file, moment, text_file
from demo.world import World

SOURCE = "zendesk"
_COLUMNS = (
    "id",
    "ticket_id",
    "requester_id",
    "requester_email",
    "score",
    "comment",
    "created_at",
    "updated_at",
)


def write(world: World, folder: Path) -> None:
    """Writes every rating of a survey with two answers; the older half as CSV, the newer as JSON lines."""
    scales = np.asarray([survey.scale_max for survey in SURVEYS])
    rows = np.flatnonzero(world.is_answer_to(SOURCE) & (scales[world.answers.survey] == 2)).tolist()
    ratings = [_rating(world, row) for row in rows]
    half = len(ratings) // 2
    with csv_file(folder / "satisfaction_ratings_1.csv", _COLUMNS) as file:
        for place, rating in enumerate(ratings[:half]):
            # What was bad first was asked about, and is good since: the newer file has it.
            before = _before(rating) if place % 9 == 0 else rating
            file.rows([[before[name] for name in _COLUMNS]])
    with text_file(folder / "satisfaction_ratings_2.jsonl") as file_of_lines:
        for place, rating in enumerate(ratings):
            if place >= half or place % 9 == 0:
                file_of_lines.write(json.dumps(rating) + "\n")
            if place % 11 == 5:
                file_of_lines.write(json.dumps(_offer(rating)) + "\n")


def _rating(world: World, row: int) -> dict[str, Any]:
    answers, people = world.answers, world.people
    at, person, comment = (
        int(answers.at[row]),
        int(answers.person[row]),
        words.COMMENTS[answers.comment[row]],
    )
    known = person >= 0
    return {
        "id": 35_000_000 + row,
        "ticket_id": 8_000 + row,
        "requester_id": int(tool_number(SOURCE, np.asarray([person]))[0]) if known else None,
        "requester_email": people.written_email(person, row) if known else None,
        "score": ("good" if answers.score[row] == 2 else "bad") + ("_with_comment" if comment else ""),
        "comment": comment,
        "created_at": f"{moment(at - HOUR)}Z",
        "updated_at": f"{moment(at)}Z",
    }


def _before(rating: dict[str, Any]) -> dict[str, Any]:
    """The rating as it was before the customer changed it."""
    earlier = np.datetime64(rating["updated_at"][:-1], "s").astype(np.int64) - DAY
    other = "bad" if rating["score"].startswith("good") else "good"
    return {**rating, "score": other, "updated_at": f"{moment(int(earlier))}Z"}


def _offer(rating: dict[str, Any]) -> dict[str, Any]:
    """A rating that was asked for and never given."""
    return {
        **rating,
        "id": rating["id"] + 1_000_000,
        "ticket_id": rating["ticket_id"] + 1_000_000,
        "score": "offered",
        "comment": None,
    }
