"""SurveyMonkey: two header rows, and NPS from the recommendation question alone."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import json
from collections import Counter

import pytest

from demo import surveymonkey
from demo.company.surveys import SURVEYS
from runner.errors import CheckFailed
from sources.staged import PROJECT, workbook, write

DEMO = PROJECT / "seeds/exports"
META = "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1"
NPS = "How likely is it that you would recommend Lantern & Loom to a friend or colleague?"
CSAT = '"Overall, how satisfied or dissatisfied are you with Lantern & Loom?"'
START = "11,400,12/06/2024 11:58:35 PM,12/07/2024 12:01:35 AM,192.0.2.17,Ann@home.example,Ann,Fenn,"


def answers(stage, *lines):
    return stage("surveymonkey", {"surveymonkey/Pulse.csv": "\n".join(lines) + "\n"})


def told(staged):
    rows = staged.rows("stg_surveymonkey__survey_responses")
    return [(row["response_id"], row["survey_type"], row["score"], row["scale_max"]) for row in rows]


def test_the_second_header_row_is_no_respondent(stage):
    staged = answers(stage, f"{META},{NPS}", ",,,,,,,,,Response", f"{START},9")
    assert told(staged) == [("11:nps", "nps", 9, 10)]
    (row,) = staged.rows("stg_surveymonkey__survey_responses")
    assert (row["answered_at"], row["survey"]) == ("2024-12-07 00:01:35", "Pulse")


def test_a_workbook_says_what_the_csv_says(stage, tmp_path):
    text = (
        "\n".join([f"{META},{NPS},{CSAT}", ",,,,,,,,,Response,Response", f"{START},9,Very satisfied"]) + "\n"
    )
    of_csv = stage("surveymonkey", write(tmp_path / "csv", {"surveymonkey/Pulse.csv": text}))
    expected = of_csv.rows("stg_surveymonkey__survey_responses")
    of_csv.connection.close()
    (tmp_path / "warehouse.duckdb").unlink()
    of_xlsx = stage("surveymonkey", {"surveymonkey/Pulse.xlsx": workbook(text)})
    assert of_xlsx.rows("stg_surveymonkey__survey_responses") == expected
    assert len(expected) == 2


def test_nps_comes_from_the_recommendation_question_only(stage):
    other = "On a scale of 0 to 10 how easy was it?"
    staged = answers(
        stage, f"{META},{other},{NPS},{CSAT}", ",,,,,,,,,Response,Response,Response", f"{START},2,10,4"
    )
    assert told(staged) == [("11:csat", "csat", 4, 5), ("11:nps", "nps", 10, 10)]


def test_answers_in_words_are_their_numbers(stage):
    first, second = (
        f"{START},Not at all likely - 0,Very satisfied",
        f"12{START[2:]},Extremely likely - 10,Neutral",
    )
    staged = answers(stage, f"{META},{NPS},{CSAT}", ",,,,,,,,,,", first, second)
    assert [(kind, score) for _, kind, score, _ in told(staged)] == [
        ("csat", 5),
        ("nps", 0),
        ("csat", 3),
        ("nps", 10),
    ]


def test_a_skipped_question_is_no_answer_and_an_answer_off_the_scale_is_quarantined(stage):
    staged = answers(
        stage, f"{META},{NPS}", ",,,,,,,,,", f"{START},", f"12{START[2:]},11", f"13{START[2:]},7"
    )
    assert told(staged) == [("13:nps", "nps", 7, 10)]
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "nps_answer"}]


def test_of_several_satisfaction_questions_the_overall_one_counts_and_without_one_they_are_refused(stage):
    part = "How satisfied are you with delivery?"
    staged = answers(stage, f"{META},{part},{CSAT}", ",,,,,,,,,,", f"{START},1,5")
    assert told(staged) == [("11:csat", "csat", 5, 5)]
    with pytest.raises(CheckFailed, match="more than one header means column csat_answer"):
        answers(stage, f"{META},{part},How satisfied are you with support?", ",,,,,,,,,,", f"{START},1,5")


def test_addresses_are_hashed_and_names_and_ip_addresses_are_not_read(stage):
    staged = answers(stage, f"{META},{NPS}", ",,,,,,,,,", f"{START},9")
    text = json.dumps(staged.query("select * from raw.surveymonkey__responses"), default=str).lower()
    assert not any(word in text for word in ("ann", "fenn", "192.0.2"))
    assert len(staged.rows("stg_surveymonkey__survey_responses")[0]["email_hash"]) == 32


def test_the_demos_nps_is_what_was_planted(stage):
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))["surveys"]
    rows = stage("surveymonkey", DEMO).rows("stg_surveymonkey__survey_responses")
    assert {row["survey"] for row in rows} == {"Relationship survey"}
    months = {}
    for row in rows:
        cell = months.setdefault(row["answered_at"][:7], Counter(answers=0, promoters=0, detractors=0))
        cell.update(answers=1, promoters=row["score"] >= 9, detractors=row["score"] <= 6)
    assert {month: dict(cell) for month, cell in months.items()} == truth["nps_by_month"]["surveymonkey"]


def test_every_answer_of_the_world_comes_back(stage, small_world, tmp_path):
    folder = tmp_path / "demo/surveymonkey"
    folder.mkdir(parents=True)
    surveymonkey.write(small_world, folder)
    rows = stage("surveymonkey", tmp_path / "demo").rows("stg_surveymonkey__survey_responses")
    world = small_world.answers
    expected = Counter(
        (SURVEYS[survey].name, SURVEYS[survey].kind, score)
        for survey, score in zip(world.survey.tolist(), world.score.tolist(), strict=True)
        if SURVEYS[survey].scale_max in (5, 10)
    )
    assert Counter((row["survey"], row["survey_type"], row["score"]) for row in rows) == expected


def test_a_zero_on_five_stars_is_a_score_off_its_scale_and_refuses_nothing(stage):
    staged = answers(stage, f"{META},{CSAT}", ",,,,,,,,,Response", f"{START},0")
    assert told(staged) == [("11:csat", "csat", 0, 5)]
