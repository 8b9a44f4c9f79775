"""Writes Qualtrics' exports: a file a survey, three header rows, previews and unfinished responses too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import MINUTE
from demo.company.surveys import SURVEYS, Survey
from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "qualtrics"
_COLUMNS = {
    "StartDate": "Start Date",
    "EndDate": "End Date",
    "Status": "Response Type",
    "IPAddress": "IP Address",
    "Progress": "Progress",
    "Duration (in seconds)": "Duration (in seconds)",
    "Finished": "Finished",
    "RecordedDate": "Recorded Date",
    "ResponseId": "Response ID",
    "RecipientLastName": "Recipient Last Name",
    "RecipientFirstName": "Recipient First Name",
    "RecipientEmail": "Recipient Email",
    "DistributionChannel": "Distribution Channel",
    "UserLanguage": "User Language",
    "touchpoint": "touchpoint",
    "journey": "journey",
}
_QUESTIONS = {
    "nps": {
        "Q1_NPS_GROUP": f"On a scale from 0-10, how likely are you to recommend {words.COMPANY}? - Group",
        "Q1": f"On a scale from 0-10, how likely are you to recommend {words.COMPANY}?",
        "Q2": "On a scale from 0-10, how easy was it?",
    },
    "csat": {"Q1_CSAT": "How satisfied are you,\nall in all?", "Q2": "Anything else?"},
}


def nps_group(score: int) -> int:
    """Qualtrics' own group of an answer: 1 detractor, 2 passive, 3 promoter."""
    return 1 if score <= 6 else 3 if score >= 9 else 2


def write(world: World, folder: Path) -> None:
    """Writes a file for every survey of ten or five answers."""
    mine = world.is_answer_to(SOURCE)
    for number, survey in enumerate(SURVEYS):
        rows = np.flatnonzero(mine & (world.answers.survey == number))
        if len(rows) and survey.scale_max in (5, 10):
            columns = _COLUMNS | _QUESTIONS[survey.kind]
            with csv_file(folder / f"{survey.name}.csv", tuple(columns)) as file:
                file.rows([list(columns.values()), [_import_id(name) for name in columns]])
                file.rows(_rows(world, survey, number, rows.tolist()))


def _import_id(name: str) -> str:
    zone = {"timeZone": "Z"} if name.endswith("Date") else {}
    return json.dumps({"ImportId": name} | zone, separators=(",", ":"))


def _rows(world: World, survey: Survey, number: int, rows: list[int]) -> Iterator[list[Any]]:
    """One row an answer; among them, now and then, a preview and a response that was not finished."""
    for place, row in enumerate(rows):
        score = int(world.answers.score[row])
        yield _row(world, survey, row, f"R_{number}{row:07d}", "0", 100, score)
        if place % 12 == 0:
            yield _row(world, survey, row, f"R_p{number}{row:06d}", "1", 100, 1)
        if place % 12 == 6:
            yield _row(world, survey, row, f"R_u{number}{row:06d}", "0", 60, 1)


def _row(
    world: World, survey: Survey, row: int, response: str, status: str, progress: int, score: int
) -> list[Any]:
    answers, people = world.answers, world.people
    at, person = int(answers.at[row]), int(answers.person[row])
    ended = local_time(at, "%Y-%m-%d %H:%M:%S")
    names = (
        (people.last_name(person), people.first_name(person), people.written_email(person, row))
        if person >= 0
        else ("", "", "")
    )
    comment = words.COMMENTS[answers.comment[row]]
    answer = (nps_group(score), score, (row * 7) % 11) if survey.kind == "nps" else (score, comment)
    return [
        local_time(at - 2 * MINUTE, "%Y-%m-%d %H:%M:%S"), ended, status, f"192.0.2.{row % 254 + 1}", progress,
        120, int(progress == 100), ended, response, *names, "email", "EN", survey.touchpoint,
        survey.journey, *answer,
    ]  # fmt: skip
