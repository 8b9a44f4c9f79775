"""Answers to surveys: the NPS question and satisfaction after checkout, delivery, support and onboarding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company import words
from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR, Ints, pick, stream
from demo.company.journeys import Entries
from demo.company.sales import Sales


@dataclass(frozen=True)
class Survey:
    """A survey: the tool that runs it, nps or csat, the highest score, and what it follows."""

    name: str
    tool: str
    kind: str
    scale_max: int
    touchpoint: str
    journey: str
    weights: tuple[float, ...]


SURVEYS = (
    Survey("Loyalty pulse", "generic", "nps", 10, "", "", (2, 1, 1, 2, 2, 5, 7, 14, 22, 22, 22)),
    Survey("After checkout", "generic", "csat", 5, "checkout", "", (0, 3, 5, 12, 38, 42)),
    Survey("First weeks", "generic", "csat", 5, "onboarding", "onboarding", (0, 4, 6, 14, 40, 36)),
    Survey("Thumbs", "generic", "csat", 2, "help page", "", (0, 30, 70)),
    Survey("Relationship survey", "surveymonkey", "nps", 10, "", "", (2, 1, 2, 2, 3, 6, 8, 15, 21, 20, 20)),
    Survey("Delivery check", "qualtrics", "csat", 5, "delivery", "", (0, 5, 6, 15, 36, 38)),
    Survey("Support rating", "zendesk", "csat", 2, "support", "", (0, 22, 78)),
    Survey("Product feedback", "typeform", "nps", 10, "", "", (1, 1, 2, 2, 2, 5, 8, 16, 21, 21, 21)),
)


@dataclass(frozen=True)
class Answers:
    """One row an answer: indexes in SURVEYS and words.COMMENTS; person -1 where unknown."""

    survey: Ints
    person: Ints
    score: Ints
    at: Ints
    comment: Ints


def build(calendar: Calendar, seed: int, sales: Sales, entries: dict[str, Entries]) -> Answers:
    """All answers in time order."""
    parts = []
    orders = sales.orders
    for number, survey in enumerate(SURVEYS):
        rng = stream(seed, "survey", survey.name)
        if survey.journey:
            person = entries[survey.journey].person
            base = entries[survey.journey].reached[:, 2]
            person, base = person[base > 0], base[base > 0]
            share = 0.6
        else:
            mine = (orders.person >= 0) & orders.is_purchase
            person, base = orders.person[mine], orders.at[mine]
            share = 0.2 if survey.kind == "nps" else 0.14
        asked = rng.random(len(person)) < share
        person, base = person[asked], base[asked]
        at = base + (HOUR + rng.random(len(base)) * 9 * DAY).astype(np.int64)
        known = at <= calendar.end
        person, at = person[known], at[known]
        person = np.where(rng.random(len(person)) < 0.06, -1, person)
        score = pick(rng, len(person), survey.weights)
        comment = rng.integers(0, len(words.COMMENTS), len(person))
        parts.append((np.full(len(person), number), person, score, at, comment))
    survey_of, person, score, at, comment = (
        np.concatenate([part[place] for part in parts]) for place in range(5)
    )
    order = np.argsort(at, kind="stable")
    return Answers(survey_of[order], person[order], score[order], at[order], comment[order])
