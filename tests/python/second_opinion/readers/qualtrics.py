"""Qualtrics: the recommendation and satisfaction questions of finished responses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from second_opinion.readers import Row, Tables
from second_opinion.values import address, when

NPS_GROUPS = {"1": 0.0, "2": 7.0, "3": 10.0}


def read(folder: Path) -> Tables:
    """One answer per response and question; question texts and import ids are skipped."""
    return {"survey_responses": [row for path in sorted(folder.glob("*.csv")) for row in _answers(path)]}


def _answers(path: Path) -> Iterator[Row]:
    header, _, _, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        if row["Finished"] != "1" or row["Status"] != "0":
            continue
        answer = {
            "export": "qualtrics__responses",
            "email": address(row["RecipientEmail"]),
            "survey": path.stem,
            "touchpoint": row["touchpoint"] or None,
            "journey": row["journey"] or None,
            "answered_at": when(row["EndDate"]),
        }
        name = row["ResponseId"]
        if group := row.get("Q1_NPS_GROUP"):
            nps = {"survey_type": "nps", "score": NPS_GROUPS[group], "scale_max": 10.0}
            yield {**answer, **nps, "response_id": f"{name}:nps"}
        if score := row.get("Q1_CSAT"):
            csat = {"survey_type": "csat", "score": float(score), "scale_max": 5.0}
            yield {**answer, **csat, "response_id": f"{name}:csat"}
