"""Writes Typeform's exports: a file a form, with comments of several lines and responses left half-way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from demo.company import words
from demo.company.draw import MINUTE
from demo.company.surveys import SURVEYS, Survey
from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "typeform"
_QUESTIONS = {
    "nps": f"How likely are you to recommend {words.COMPANY} to a friend or colleague?",
    "csat": f"Overall, how satisfied are you with {words.COMPANY}?",
}
_OTHERS = ("On a scale of 0 to 10, how easy was it to find what you wanted?", "Anything else?")
_META = (
    "Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags",
    "Ending",
)  # fmt: skip
_MOMENT = "%Y-%m-%d %H:%M:%S"


def write(world: World, folder: Path) -> None:
    """Writes a file for every survey of ten or five answers."""
    mine = world.is_answer_to(SOURCE)
    for number, survey in enumerate(SURVEYS):
        rows = np.flatnonzero(mine & (world.answers.survey == number))
        if len(rows) and survey.scale_max in (5, 10):
            header = (
                "#", _QUESTIONS[survey.kind], *_OTHERS, "What's your email?", "touchpoint", "journey", *_META,
            )  # fmt: skip
            with csv_file(folder / f"{survey.name}.csv", header) as file:
                file.rows(_rows(world, survey, rows.tolist()))


def _rows(world: World, survey: Survey, rows: list[int]) -> Iterator[list[Any]]:
    """One row an answer, every ninth partial; every fifteenth is followed by one without an answer."""
    answers, people = world.answers, world.people
    for place, row in enumerate(rows):
        at, person = int(answers.at[row]), int(answers.person[row])
        started, ended = local_time(at - 2 * MINUTE, _MOMENT), local_time(at, _MOMENT)
        is_partial = place % 9 == 4
        comment = words.COMMENTS[answers.comment[row]]
        yield [
            _id(survey, person, at), int(answers.score[row]), (row * 7) % 11,
            f"{comment}\n\nBest wishes" if place % 7 == 3 else comment,
            people.written_email(person, row) if person >= 0 else "",
            survey.touchpoint, survey.journey, "partial" if is_partial else "completed", started,
            ended if is_partial else "", "" if is_partial else ended, f"{row % 997:010x}", "", "",
        ]  # fmt: skip
        if place % 15 == 0:
            yield [_id(survey, "left", at), *[""] * 6, "started", started, "", "", "0" * 10, "", ""]


def _id(*parts: object) -> str:
    return uuid5(NAMESPACE_URL, f"typeform {parts}").hex
