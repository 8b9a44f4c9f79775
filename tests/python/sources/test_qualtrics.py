"""Qualtrics: three header rows, groups of the NPS question, and only finished responses."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import csv
import json
from collections import Counter

import pytest

from demo import qualtrics
from sources.staged import PROJECT, workbook, write

DEMO = PROJECT / "seeds/exports"
META = "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude"
TEXTS = '"Start Date","End Date","Response Type","IP Address",Progress,Finished,"Recorded Date","Response ID",Last,First,"Recipient Email","External Data Reference",Latitude,Longitude'
IDS = ",".join(['"{""ImportId"":""x"",""timeZone"":""Z""}"'] * 14)


def response(name="R_1", status="0", finished="1", answers=""):
    return (
        f"2025-03-01 09:00:00,2025-03-01 10:00:00,{status},192.0.2.9,100,{finished},2025-03-01 10:00:01,{name},"
        f"Fenn,Ann,Ann@home.example,c7,48.1,11.5,{answers}"
    )


def files(questions, *responses):
    count = questions.count(",") + 1
    texts, ids = (
        '"How likely,\nall in all?"' + ",text" * (count - 1),
        ",".join(['"{""ImportId"":""Q""}"'] * count),
    )
    lines = [f"{META},{questions}", f"{TEXTS},{texts}", f"{IDS},{ids}", *responses]
    return {"qualtrics/Relationship.csv": "\n".join(lines) + "\n"}


def rows(stage, questions, *responses):
    staged = stage("qualtrics", files(questions, *responses))
    return staged.rows("stg_qualtrics__survey_responses", "response_id")


def test_question_texts_and_import_ids_are_no_responses(stage):
    (row,) = rows(stage, "Q1_CSAT", response(answers="4"))
    assert (row["response_id"], row["score"], row["scale_max"]) == ("R_1:csat", 4, 5)
    assert (row["answered_at"], row["survey"], row["person_id"]) == (
        "2025-03-01 10:00:00",
        "Relationship",
        "c7",
    )


def test_a_question_that_was_seen_and_not_answered_has_a_score_off_its_scale(stage):
    """Core names it and counts it nowhere, as it does a zero of any tool."""
    found = rows(
        stage,
        "Q1_NPS_GROUP,Q2_CSAT",
        *(response(f"R_{n}", answers=a) for n, a in enumerate(["-99,5", "3,-99", "1,0"], 1)),
    )
    scores = {row["response_id"]: row["score"] for row in found}
    assert scores == {
        "R_1:nps": -99, "R_1:csat": 5, "R_2:nps": 10, "R_2:csat": 0, "R_3:nps": 0, "R_3:csat": 0,
    }  # fmt: skip


def test_a_workbook_says_what_the_csv_says(stage, tmp_path):
    lines = [f"{META},Q1_NPS_GROUP,NPS,Q2_CSAT", f"{TEXTS},t,t,t", f"{IDS},i,i,i", response(answers="3,9,4")]
    text = "\n".join(lines) + "\n"
    of_csv = stage("qualtrics", write(tmp_path / "csv", {"qualtrics/Pulse.csv": text}))
    expected = of_csv.rows("stg_qualtrics__survey_responses")
    of_csv.connection.close()
    (tmp_path / "warehouse.duckdb").unlink()
    of_xlsx = stage("qualtrics", {"qualtrics/Pulse.xlsx": workbook(text)})
    assert of_xlsx.rows("stg_qualtrics__survey_responses") == expected
    assert [(row["survey_type"], row["score"]) for row in expected] == [("csat", 4), ("nps", 9)]


def test_the_nps_question_is_the_one_with_groups(stage):
    found = rows(
        stage,
        "Q1_NPS_GROUP,Q1,Q2",
        response("R_1", answers="1,6,10"),
        response("R_2", answers="2,8,10"),
        response("R_3", answers="3,9,10"),
        response("R_4", answers=",,10"),
    )
    assert [(row["survey_type"], row["score"]) for row in found] == [("nps", 0), ("nps", 7), ("nps", 10)]


def test_a_column_named_nps_gives_the_score_itself_and_groups_may_be_words(stage):
    found = rows(
        stage,
        "NPS_NPS_GROUP,NPS",
        response("R_1", answers="Detractor,6"),
        response("R_2", answers="Promoter,"),
    )
    assert [row["score"] for row in found] == [6, 10]


def test_a_question_of_ten_points_without_groups_is_no_nps(stage):
    assert rows(stage, "Q1", response(answers="10")) == []


@pytest.mark.parametrize(
    ("status", "finished", "count"),
    [
        ("0", "1", 1),
        ("IP Address", "True", 1),
        ("4", "1", 1),
        ("0", "0", 0),
        ("IP Address", "False", 0),
        ("1", "1", 0),
        ("Survey Preview", "True", 0),
        ("8", "1", 0),
        ("Spam", "True", 0),
    ],
)
def test_only_finished_responses_count_no_previews_no_spam_and_the_others_are_counted(
    stage, status, finished, count
):
    answer = response(status=status, finished=finished, answers="5")
    staged = stage("qualtrics", files("Q1_CSAT", answer))
    assert len(staged.rows("stg_qualtrics__survey_responses")) == count
    (told,) = staged.query("select accepted, left_out from raw._files")
    assert told == {"accepted": count, "left_out": 1 - count}


def test_addresses_are_hashed_and_names_places_and_ip_addresses_are_not_read(stage):
    staged = stage(
        "qualtrics",
        {"qualtrics/x.csv": "\n".join([f"{META},Q1_CSAT", f"{TEXTS},t", f"{IDS},i", response(answers="5")])},
    )
    text = json.dumps(staged.query("select * from raw.qualtrics__responses"), default=str).lower()
    assert not any(word in text for word in ("ann", "fenn", "192.0.2", "48.1"))


def test_the_demos_satisfaction_is_what_was_planted(stage):
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))["surveys"]["by_survey"]
    found = stage("qualtrics", DEMO).rows("stg_qualtrics__survey_responses")
    top = sum(row["score"] >= row["scale_max"] - 1 for row in found)
    assert {row["touchpoint"] for row in found} == {"delivery"}
    assert (len(found), top) == (truth["Delivery check"]["answers"], truth["Delivery check"]["top"])


def test_our_promoters_and_detractors_are_the_groups_that_the_file_prints(stage, small_world, tmp_path):
    folder = tmp_path / "demo/qualtrics"
    folder.mkdir(parents=True)
    qualtrics.write(small_world, folder)
    printed = Counter()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["Finished"] == "1" and row["Status"] == "0":
                    printed[row.get("Q1_NPS_GROUP")] += 1
    found = stage("qualtrics", tmp_path / "demo").rows("stg_qualtrics__survey_responses")
    nps = [row["score"] for row in found if row["survey_type"] == "nps"]
    groups = (sum(s <= 6 for s in nps), sum(6 < s < 9 for s in nps), sum(s >= 9 for s in nps))
    assert groups == (printed["1"], printed["2"], printed["3"])
    assert min(groups) > 0
    assert len(found) - len(nps) == printed[None]
