"""Braze Currents: the folder says the type, machines are marked, what was dropped or aborted is no send."""

import json

import pytest

from demo import braze
from sources.staged import counts_in_the_world, final_counts

START = 1_764_583_200


def event(number, after=0, **fields):
    return {
        "id": f"e{number}",
        "user_id": "u1",
        "external_user_id": "x1",
        "time": START + after,
        "campaign_id": "c1",
        "campaign_name": "Spring",
        "dispatch_id": "d1",
        "email_address": "Ann@home.example",
        **fields,
    }


def lines(*found):
    return "".join(json.dumps(line) + "\n" for line in found)


def currents(stage, **kinds):
    files = {
        f"braze/event_type=users.messages.email.{kind}/date=2025-12-01-10/{place}.jsonl": lines(*found)
        for place, (kind, found) in enumerate(kinds.items())
    }
    return stage("braze", files).rows("stg_braze__email_events", "occurred_at, event_id")


def told(found):
    return [(row["event_type"], row["bounce_type"], row["is_machine"]) for row in found]


def test_the_type_is_the_folders_and_a_machine_is_what_currents_marks(stage):
    found = currents(
        stage,
        Send=[event(1)],
        Delivery=[event(2, 5)],
        Open=[event(3, 9, machine_open="true"), event(4, 60), event(5, 61, machine_open="Apple")],
        Click=[event(6, 70, is_suspected_bot_click=True), event(7, 71)],
        Unsubscribe=[event(8, 80)],
        MarkAsSpam=[event(9, 90)],
    )
    assert told(found) == [
        ("sent", None, None),
        ("delivered", None, None),
        ("opened", None, True),
        ("opened", None, False),
        ("opened", None, True),
        ("clicked", None, True),
        ("clicked", None, None),
        ("unsubscribed", None, None),
        ("complained", None, None),
    ]
    assert found[0]["occurred_at"] == "2025-12-01 10:00:00"
    assert {row["message_id"] for row in found} == {"u1:d1"}
    assert {row["unmeasured"] for row in found} == {None}


def test_without_any_mark_machines_are_not_measured(stage):
    found = currents(stage, Send=[event(1)], Open=[event(2, 5)])
    assert [row["unmeasured"] for row in found] == ["machine_opens"] * 2
    assert found[1]["is_machine"] is None


def test_a_bounce_is_hard_and_a_soft_one_soft(stage):
    found = currents(stage, Send=[event(1)], SoftBounce=[event(2, 5)], Bounce=[event(3, 6)])
    assert told(found)[1:] == [("bounced", "soft", None), ("bounced", "hard", None)]


def test_what_was_dropped_aborted_or_put_off_is_no_send(stage):
    other = {"dispatch_id": "d2"}
    found = currents(
        stage,
        Send=[event(1), event(2, 1, **other)],
        Bounce=[event(3, 2, is_drop=True, **other)],
        Abort=[event(4, 3, dispatch_id="d3")],
        Deferral=[event(5, 4)],
    )
    assert [(row["event_type"], row["message_id"]) for row in found] == [("sent", "u1:d1")]


def test_a_step_of_a_canvas_is_an_automated_campaign_of_its_journey(stage):
    step = {"canvas_id": "v1", "canvas_name": "Welcome", "canvas_step_id": "s1", "canvas_step_name": "Day 1"}
    one = event(2, **step)
    del one["campaign_id"], one["campaign_name"]
    files = {"braze/users.messages.email.Send.jsonl": lines(event(1), one)}
    rows = stage("braze", files).rows("stg_braze__campaigns", "campaign_id")
    assert [
        (row["campaign_id"], row["campaign_name"], row["campaign_type"], row["journey"]) for row in rows
    ] == [
        ("c1", "Spring", "one_off", None),
        ("s1", "Welcome: Day 1", "automated", "Welcome"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "http.jsonl",
            lines(
                {
                    "event_type": "users.messages.email.Open",
                    "id": "e1",
                    "time": START,
                    "user": {"user_id": "u1", "external_user_id": "x1"},
                    "properties": {"campaign_id": "c1", "dispatch_id": "d1", "machine_open": "true",
                                   "email_address": "ann@home.example"},
                }
            ),
        ),
        (
            "USERS_MESSAGES_EMAIL_OPEN_SHARED.csv",
            "ID,USER_ID,EXTERNAL_USER_ID,TIME,CAMPAIGN_ID,DISPATCH_ID,MACHINE_OPEN,EMAIL_ADDRESS\n"
            f"e1,u1,x1,{START},c1,d1,true,ann@home.example\n",
        ),
    ],
)  # fmt: skip
def test_the_http_form_and_a_snowflake_share_say_the_same(stage, name, content):
    (row,) = stage("braze", {f"braze/{name}": content}).rows("stg_braze__email_events")
    assert (row["event_type"], row["message_id"], row["is_machine"]) == ("opened", "u1:d1", True)
    assert (row["person_id"], row["campaign_id"], len(row["email_hash"])) == ("x1", "c1", 32)


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/braze"
    folder.mkdir(parents=True)
    braze.write(small_world, folder)
    staged = stage("braze", tmp_path / "demo")
    counts = final_counts(staged.rows("stg_braze__email_events", "occurred_at"))
    for mailing, expected in counts_in_the_world(small_world, "braze"):
        assert counts[braze.campaign_id(mailing)] == expected
