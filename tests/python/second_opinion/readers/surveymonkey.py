"""SurveyMonkey: the recommendation and satisfaction questions of every survey's responses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from second_opinion.readers import Row, Tables
from second_opinion.values import address, when

MOMENT = "%m/%d/%Y %I:%M:%S %p"
WORDS = {
    "Not at all likely - 0": 0,
    "Extremely likely - 10": 10,
    "Very dissatisfied": 1,
    "Very satisfied": 5,
}


def read(folder: Path) -> Tables:
    """One answer per respondent and question; the second header row is skipped."""
    return {"survey_responses": [row for path in sorted(folder.glob("*.csv")) for row in _answers(path)]}


def _answers(path: Path) -> Iterator[Row]:
    header, _, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
    nps, csat = (
        next((place for place, name in enumerate(header) if words in name.lower()), None)
        for words in ("recommend", "satisfied")
    )
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        for kind, place, best in (("nps", nps, 10), ("csat", csat, 5)):
            if place is not None and (answer := cells[place].strip()):
                yield {
                    "export": "surveymonkey__responses",
                    "response_id": f"{row['Respondent ID']}:{kind}",
                    "email": address(row["Email Address"]),
                    "survey": path.stem,
                    "survey_type": kind,
                    "touchpoint": row["touchpoint"] or None,
                    "journey": row["journey"] or None,
                    "score": float(WORDS.get(answer, answer)),
                    "scale_max": float(best),
                    "answered_at": when(row["End Date"], MOMENT),
                }
