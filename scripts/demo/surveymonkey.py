"""Writes SurveyMonkey's exports: a file a survey, with two header rows, other questions, skipped answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.draw import MINUTE
from demo.company.surveys import SURVEYS, Survey
from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "surveymonkey"
_HEADER = (
    "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
    "Last Name", "Custom Data 1", "touchpoint", "journey",
)  # fmt: skip
_QUESTIONS = {
    "nps": f"How likely is it that you would recommend {words.COMPANY} to a friend or colleague?",
    "csat": f"Overall, how satisfied or dissatisfied are you with {words.COMPANY}?",
}
_OTHERS = ("On a scale of 0 to 10, how easy was it to find what you wanted?", "Anything else?")
_MOMENT = "%m/%d/%Y %I:%M:%S %p"
_WORDS = {
    ("nps", 0): "Not at all likely - 0",
    ("nps", 10): "Extremely likely - 10",
    ("csat", 1): "Very dissatisfied",
    ("csat", 5): "Very satisfied",
}


def write(world: World, folder: Path) -> None:
    """Writes a file for every survey of ten or five answers."""
    mine = world.is_answer_to(SOURCE)
    for number, survey in enumerate(SURVEYS):
        rows = np.flatnonzero(mine & (world.answers.survey == number))
        if len(rows) and survey.scale_max in (5, 10):
            header = (*_HEADER, _QUESTIONS[survey.kind], *_OTHERS)
            with csv_file(folder / f"{survey.name}.csv", header) as file:
                file.rows([[*[""] * len(_HEADER), "Response", "Response", "Open-Ended Response"]])
                file.rows(_rows(world, survey, number, rows.tolist()))


def _rows(world: World, survey: Survey, number: int, rows: list[int]) -> Iterator[list[Any]]:
    """One row an answer; every fifteenth is followed by a respondent who skipped the question."""
    answers, people = world.answers, world.people
    for place, row in enumerate(rows):
        at, person, score = int(answers.at[row]), int(answers.person[row]), int(answers.score[row])
        known = person >= 0
        start = [
            f"11{row:06d}{number}", 400_000_000 + number, local_time(at - 3 * MINUTE, _MOMENT),
            local_time(at, _MOMENT), f"192.0.2.{row % 254 + 1}",
            people.written_email(person, row) if known else "",
            people.first_name(person) if known else "", people.last_name(person) if known else "", "",
            survey.touchpoint, survey.journey,
        ]  # fmt: skip
        in_words = _WORDS.get((survey.kind, score)) if row % 3 == 0 else None
        yield [*start, in_words or score, (row * 7) % 11, words.COMMENTS[answers.comment[row]]]
        if place % 15 == 0:
            yield [f"12{row:06d}{number}", *start[1:5], *[""] * (len(_HEADER) - 5), "", 10, ""]
