"""Typeform's exports: cells of several lines, partial responses, NPS from the recommendation question alone."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import json
from collections import Counter

import pytest

from demo import typeform
from demo.company.surveys import SURVEYS
from runner.errors import CheckFailed
from sources.staged import PROJECT, workbook, write

DEMO = PROJECT / "seeds/exports"
META = "Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending"
NPS = "How likely are you to recommend Lantern & Loom to a friend or colleague?"
CSAT = '"Overall, how satisfied are you with Lantern & Loom?"'
END = "completed,2026-02-10 07:51:02,,2026-02-10 07:53:40,9f2,,"


def answers(stage, *lines):
    return stage("typeform", {"typeform/Pulse.csv": "\n".join(lines) + "\n"})


def told(staged):
    rows = staged.rows("stg_typeform__survey_responses")
    return [(row["response_id"], row["survey_type"], row["score"], row["scale_max"]) for row in rows]


def test_a_response_is_dated_by_its_submission(stage):
    staged = answers(stage, f"#,{NPS},{META}", f"a1,9,{END}")
    assert told(staged) == [("a1:nps", "nps", 9, 10)]
    (row,) = staged.rows("stg_typeform__survey_responses")
    assert (row["answered_at"], row["survey"]) == ("2026-02-10 07:53:40", "Pulse")


def test_what_a_partial_response_answered_counts_on_the_day_of_its_last_page(stage):
    staged = answers(
        stage,
        f"#,{NPS},{META}",
        "a1,9,partial,2026-02-10 07:51:02,2026-02-11 09:00:00,,9f2,,",
        "a2,8,started,2026-02-12 07:51:02,,,9f2,,",
        "a3,,started,2026-02-13 07:51:02,,,9f2,,",
    )
    rows = staged.rows("stg_typeform__survey_responses")
    assert [row["answered_at"] for row in rows] == ["2026-02-11 09:00:00", "2026-02-12 07:51:02"]


def test_cells_and_questions_of_several_lines_are_no_rows(stage):
    question = '"Dear friend,\nhow likely are you to recommend us?"'
    staged = answers(stage, f"#,{question},Why?,{META}", f'a1,10,"Light.\n\na2,0,x",{END}', f"a3,3,,{END}")
    assert [(name, score) for name, _, score, _ in told(staged)] == [("a1:nps", 10), ("a3:nps", 3)]


def test_a_file_without_stage_and_type_of_older_years_is_read(stage):
    older = "Start Date (UTC),Submit Date (UTC),Network ID"
    staged = answers(stage, f"#,{NPS},{older}", "a1,9,2019-02-10 07:51:02,2019-02-10 07:53:40,9f2")
    assert told(staged) == [("a1:nps", "nps", 9, 10)]


def test_nps_comes_from_the_recommendation_question_only_and_words_are_their_numbers(stage):
    other = "On a scale of 0 to 10 how easy was it?"
    staged = answers(
        stage, f"#,{other},{NPS},{CSAT},{META}", f"a1,2,10,Very satisfied,{END}", f"a2,2,,1,{END}"
    )
    assert told(staged) == [("a1:csat", "csat", 5, 5), ("a1:nps", "nps", 10, 10), ("a2:csat", "csat", 1, 5)]


def test_of_several_satisfaction_questions_without_an_overall_one_none_is_chosen(stage):
    with pytest.raises(CheckFailed, match="more than one header means column csat_answer"):
        answers(
            stage, f"#,How satisfied are you with A?,How satisfied are you with B?,{META}", f"a1,1,5,{END}"
        )


def test_an_answer_off_the_scale_is_quarantined(stage):
    staged = answers(stage, f"#,{NPS},{META}", f"a1,11,{END}", f"a2,7,{END}")
    assert told(staged) == [("a2:nps", "nps", 7, 10)]
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "nps_answer"}]


@pytest.mark.parametrize("question", ["email", "What's your email?", "Please enter your work e-mail address"])
def test_an_address_is_hashed_whatever_asks_for_it(stage, question):
    staged = answers(
        stage, f"#,{NPS},May we email you?,{question},{META}", f"a1,9,yes,Ann@home.example,{END}"
    )
    text = json.dumps(staged.query("select * from raw.typeform__responses"), default=str).lower()
    assert "ann@" not in text
    assert len(staged.rows("stg_typeform__survey_responses")[0]["email_hash"]) == 32


def test_a_workbook_says_what_the_csv_says(stage, tmp_path):
    text = "\n".join([f"#,{NPS},touchpoint,{META}", f"a1,9,shop,{END}"]) + "\n"
    of_csv = stage("typeform", write(tmp_path / "csv", {"typeform/Pulse.csv": text}))
    expected = of_csv.rows("stg_typeform__survey_responses")
    of_csv.connection.close()
    (tmp_path / "warehouse.duckdb").unlink()
    of_xlsx = stage("typeform", {"typeform/Pulse.xlsx": workbook(text)})
    assert of_xlsx.rows("stg_typeform__survey_responses") == expected
    assert expected[0]["touchpoint"] == "shop"


def test_the_demos_nps_is_what_was_planted(stage):
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))["surveys"]
    months = {}
    for row in stage("typeform", DEMO).rows("stg_typeform__survey_responses"):
        cell = months.setdefault(row["answered_at"][:7], Counter(answers=0, promoters=0, detractors=0))
        cell.update(answers=1, promoters=row["score"] >= 9, detractors=row["score"] <= 6)
    assert {month: dict(cell) for month, cell in months.items()} == truth["nps_by_month"]["typeform"]


def test_every_answer_of_the_world_comes_back(stage, small_world, tmp_path):
    folder = tmp_path / "demo/typeform"
    folder.mkdir(parents=True)
    typeform.write(small_world, folder)
    rows = stage("typeform", tmp_path / "demo").rows("stg_typeform__survey_responses")
    world = small_world.answers
    expected = Counter(
        (SURVEYS[survey].name, SURVEYS[survey].kind, score)
        for survey, score in zip(world.survey.tolist(), world.score.tolist(), strict=True)
        if SURVEYS[survey].scale_max in (5, 10)
    )
    assert Counter((row["survey"], row["survey_type"], row["score"]) for row in rows) == expected
