"""SendGrid's events: what was dropped is no send, machines are marked, and no bounce is lost."""

import json

import pytest

from demo import sendgrid
from sources.staged import counts_in_the_world, final_counts

START = 1_764_583_200


def event(number, kind, after=0, **fields):
    return {
        "email": "Ann@home.example",
        "timestamp": START + after,
        "event": kind,
        "sg_event_id": f"e{number}",
        "sg_message_id": "m1.filter1.0",
        "singlesend_id": "s1",
        "singlesend_name": "Spring",
        **fields,
    }


def without_message(found):
    del found["sg_message_id"], found["singlesend_id"], found["singlesend_name"]
    return found


def events(stage, *found):
    lines = "".join(json.dumps(line) + "\n" for line in found)
    return stage("sendgrid", {"sendgrid/events.jsonl": lines}).rows(
        "stg_sendgrid__email_events__events", "occurred_at, event_id"
    )


def told(rows):
    return [(row["event_type"], row["bounce_type"], row["is_machine"]) for row in rows]


def test_seconds_since_1970_are_read_and_a_machines_open_is_marked(stage):
    rows = events(
        stage,
        event(1, "processed"),
        event(2, "delivered", 5),
        event(3, "open", 9, sg_machine_open=True),
        event(4, "open", 60, sg_machine_open=False),
        event(5, "click", 70, url="https://shop.example/"),
    )
    assert told(rows) == [
        ("sent", None, None),
        ("delivered", None, None),
        ("opened", None, True),
        ("opened", None, False),
        ("clicked", None, None),
    ]
    assert rows[0]["occurred_at"] == "2025-12-01 10:00:00"
    assert {row["campaign_id"] for row in rows} == {"s1"}
    assert len({row["email_hash"] for row in rows}) == 1


@pytest.mark.parametrize(
    ("fields", "bounce_type"),
    [
        ({"type": "bounce", "status": "5.1.1"}, "hard"),
        ({"type": "blocked", "status": "5.7.1"}, "soft"),
        ({"type": "expired"}, "soft"),
        ({"status": "5.0.0"}, "hard"),
        ({"status": "4.0.0"}, "soft"),
        ({}, None),
    ],
)
def test_a_bounce_is_hard_or_soft_by_its_type_else_by_its_status(stage, fields, bounce_type):
    rows = events(stage, event(1, "processed"), event(2, "bounce", 5, **fields))
    assert told(rows)[1] == ("bounced", bounce_type, None)


def test_deferred_is_nothing_and_dropped_is_no_send(stage):
    rows = events(
        stage,
        event(1, "processed"),
        event(2, "deferred", 1),
        event(3, "processed", sg_message_id="m2.filter1.0"),
        event(4, "dropped", 2, sg_message_id="m2.filter1.0", reason="Bounced Address"),
    )
    assert [row["message_id"].split(":")[0] for row in rows] == ["m1.filter1.0"]


def test_two_people_written_to_at_once_have_two_messages(stage):
    rows = events(stage, event(1, "processed"), event(2, "processed", email="ben@home.example"))
    assert len({row["message_id"] for row in rows}) == 2


def test_an_asynchronous_bounce_is_that_of_the_last_message_sent_to_the_address(stage):
    rows = events(
        stage,
        event(1, "processed", sg_message_id="m0.filter1.0", singlesend_id="s0"),
        event(2, "processed", 100),
        event(3, "processed", 900, sg_message_id="m3.filter1.0", singlesend_id="s3"),
        event(4, "processed", 200, sg_message_id="m2.filter1.0", email="ben@home.example"),
        without_message(event(5, "bounce", 500, type="bounce")),
        without_message(event(6, "bounce", 500, type="bounce", email="nobody@home.example")),
    )
    (bounce,) = (row for row in rows if row["event_type"] == "bounced")
    assert bounce["message_id"].startswith("m1.filter1.0:")
    assert (bounce["campaign_id"], bounce["bounce_type"]) == ("s1", "hard")


def test_an_array_as_it_was_posted_is_read_and_an_event_posted_twice_counts_once(stage):
    first, second = event(1, "processed"), event(2, "delivered", 5)
    files = {
        "sendgrid/2025-12-01.json": json.dumps([first, second], indent=1),
        "sendgrid/2025-12-02.json": json.dumps([second, event(3, "open", 9, sg_machine_open=False)]),
    }
    rows = stage("sendgrid", files).rows("stg_sendgrid__email_events__events", "occurred_at")
    assert [row["event_type"] for row in rows] == ["sent", "delivered", "opened"]


@pytest.mark.parametrize(
    ("category", "campaign"), [("news", "news"), (["news", "all"], "news"), (None, "t1")]
)
def test_a_message_of_no_campaign_belongs_to_its_category_or_template(stage, category, campaign):
    one = event(1, "processed", category=category, template_id="t1")
    del one["singlesend_id"]
    assert events(stage, one)[0]["campaign_id"] == campaign


def test_email_activity_tells_of_the_same_messages(stage):
    lines = (
        "processed,message_id,event,subject,email,type,url,categories,singlesend_id\n"
        "2025-12-01 10:00:00,m1.filter1.0,processed,Hello,ann@home.example,,,,s1\n"
        "2025-12-01 10:00:09,m1.filter1.0,bounce,Hello,Ann@home.example,blocked,,,s1\n"
        '2025-12-01 10:00:00,m2.filter1.0,drop,Hello,ben@home.example,,,"[""news""]",\n'
        '2025-12-01 10:00:10,m3.filter1.0,spam_report,Hello,eve@home.example,,,"[""news""]",\n'
    )
    staged = stage(
        "sendgrid",
        {"sendgrid/activity.csv": lines, "sendgrid/e.jsonl": json.dumps(event(1, "processed")) + "\n"},
    )
    rows = staged.rows("stg_sendgrid__email_events__email_activity", "occurred_at")
    assert told(rows) == [("sent", None, None), ("bounced", "soft", None), ("complained", None, None)]
    assert [row["campaign_id"] for row in rows] == ["s1", "s1", "news"]
    (posted,) = staged.rows("stg_sendgrid__email_events__events")
    assert posted["message_id"] == rows[0]["message_id"]


def test_a_single_send_is_one_off_and_an_automation_automated(stage):
    automated = event(2, "processed", sg_message_id="m2.x.0", mc_auto_id="a1", mc_auto_name="Welcome")
    del automated["singlesend_id"], automated["singlesend_name"]
    lines = "".join(json.dumps(line) + "\n" for line in (event(1, "processed"), automated))
    rows = stage("sendgrid", {"sendgrid/e.jsonl": lines}).rows("stg_sendgrid__campaigns", "campaign_id")
    assert [(row["campaign_id"], row["campaign_name"], row["campaign_type"]) for row in rows] == [
        ("a1", "Welcome", "automated"),
        ("s1", "Spring", "one_off"),
    ]


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/sendgrid"
    folder.mkdir(parents=True)
    sendgrid.write(small_world, folder)
    staged = stage("sendgrid", tmp_path / "demo")
    counts = final_counts(staged.rows("stg_sendgrid__email_events__events", "occurred_at"))
    for mailing, expected in counts_in_the_world(small_world, "sendgrid"):
        assert counts[sendgrid.campaign_id(mailing)] == expected
