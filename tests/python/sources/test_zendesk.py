"""Zendesk: good or bad, as last changed, and an offer is no answer."""

import json

from demo import zendesk
from demo.company.surveys import SURVEYS
from sources.staged import PROJECT

DEMO = PROJECT / "seeds/exports"


def rating(ticket, score, day=1, **fields):
    stamp = f"2026-03-{day:02}T10:00:00Z"
    return {"id": 35, "ticket_id": ticket, "requester_id": 7, "score": score, "updated_at": stamp, **fields}


def rows(stage, *ratings):
    lines = "".join(json.dumps(each) + "\n" for each in ratings)
    return stage("zendesk", {"zendesk/satisfaction_ratings.jsonl": lines}).rows(
        "stg_zendesk__survey_responses", "response_id"
    )


def test_good_is_the_top_of_a_scale_of_two_and_bad_is_not(stage):
    found = rows(stage, rating(1, "good"), rating(2, "bad"), rating(3, "good_with_comment", comment="thanks"))
    assert [(row["score"], row["scale_max"]) for row in found] == [(1, 1), (0, 1), (1, 1)]
    assert {(row["survey_type"], row["touchpoint"], row["person_id"]) for row in found} == {
        ("csat", "support", "7")
    }


def test_an_offer_is_no_answer(stage):
    assert rows(stage, rating(1, "offered"), rating(2, "unoffered")) == []


def test_a_changed_rating_counts_once_as_it_was_last(stage):
    (row,) = rows(stage, rating(1, "good", day=3), rating(1, "bad", day=2))
    assert (row["score"], row["answered_at"]) == (1, "2026-03-03 10:00:00")


def test_a_csv_says_the_same(stage):
    text = "Ticket ID,Rating,Requester email,Updated at\n8,Bad,Ann@home.example,2026-03-01 10:00:00\n"
    (row,) = stage("zendesk", {"zendesk/satisfaction_ratings.csv": text}).rows(
        "stg_zendesk__survey_responses"
    )
    assert (row["response_id"], row["score"], len(row["email_hash"])) == ("8", 0, 32)


def test_a_rating_of_another_kind_is_quarantined(stage):
    lines = json.dumps(rating(1, "5")) + "\n" + json.dumps(rating(2, "good")) + "\n"
    staged = stage("zendesk", {"zendesk/satisfaction_ratings.jsonl": lines})
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "rating"}]


def test_the_demos_satisfaction_is_what_was_planted(stage):
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))["surveys"]["by_survey"]
    found = stage("zendesk", DEMO).rows("stg_zendesk__survey_responses")
    top = sum(row["score"] >= row["scale_max"] for row in found)
    assert (len(found), top) == (truth["Support rating"]["answers"], truth["Support rating"]["top"])


def test_every_rating_of_the_world_comes_back(stage, small_world, tmp_path):
    folder = tmp_path / "demo/zendesk"
    folder.mkdir(parents=True)
    zendesk.write(small_world, folder)
    found = stage("zendesk", tmp_path / "demo").rows("stg_zendesk__survey_responses")
    planted = [
        score
        for survey, score in zip(
            small_world.answers.survey.tolist(), small_world.answers.score.tolist(), strict=True
        )
        if SURVEYS[survey].scale_max == 2
    ]
    assert len(found) == len(planted) > 5
    assert sum(row["score"] for row in found) == planted.count(2)
