"""Typeform: the recommendation and satisfaction questions of every form's responses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import matching, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, when


def read(folder: Path) -> Tables:
    """One answer per response and question."""
    return {"survey_responses": [row for path in matching(folder, ["*.csv"]) for row in _answers(path)]}


def _answers(path: Path) -> Iterator[Row]:
    for row in rows_of(path.parent, path.name):
        asked = {name.lower(): name for name in row}
        for kind, words, best in (("nps", "recommend", 10), ("csat", "satisfied", 5)):
            question = next((name for text, name in asked.items() if words in text), None)
            if question and row[question]:
                moment = row["Submit Date (UTC)"] or row["Stage Date (UTC)"] or row["Start Date (UTC)"]
                yield {
                    "export": "typeform__responses",
                    "response_id": f"{row['#']}:{kind}",
                    "email": address(row["What's your email?"]),
                    "survey": path.stem,
                    "survey_type": kind,
                    "touchpoint": row["touchpoint"],
                    "journey": row["journey"],
                    "score": float(row[question]),
                    "scale_max": float(best),
                    "answered_at": when(moment),
                }
