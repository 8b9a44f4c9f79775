"""Customer.io's exports: what was dropped is no send, who is not told to be human is a machine."""

import json

from demo import customerio
from sources.staged import counts_in_the_world, final_counts

DELIVERIES = "delivery_id,internal_customer_id,delivery_type,campaign_id,newsletter_id,content_id\n"
METRICS = "event_id,delivery_id,metric,created_at\n"


def rows(stage, metrics, deliveries="d1,p1,email,,7,\n", events=""):
    files = {
        "customerio/deliveries_v5_1.csv": DELIVERIES + deliveries,
        "customerio/metrics_v5_1.csv": METRICS
        + "".join(
            f"e{number},{delivery},{metric},2026-03-01 10:0{number}:00\n"
            for number, (delivery, metric) in enumerate(metrics)
        ),
    }
    if events:
        files["customerio/events.jsonl"] = events
    return stage("customerio", files)


def told(staged, model="metrics"):
    found = staged.rows(f"stg_customerio__email_events__{model}", "occurred_at")
    return [(row["event_type"], row["is_machine"], row["message_id"]) for row in found]


def test_an_open_that_no_human_made_is_a_machines(stage):
    staged = rows(
        stage,
        [("d1", "sent"), ("d1", "delivered"), ("d1", "opened"), ("d1", "human_opened"), ("d1", "clicked")],
    )
    assert told(staged) == [
        ("sent", None, "d1"),
        ("delivered", None, "d1"),
        ("opened", True, "d1"),
        ("opened", False, "d1"),
        ("clicked", True, "d1"),
    ]
    found = staged.rows("stg_customerio__email_events__metrics")
    assert {(row["unmeasured"], row["campaign_id"], row["person_id"]) for row in found} == {
        ("bounce_types", "newsletter 7", "p1")
    }


def test_without_a_word_on_humans_machines_are_not_measured(stage):
    staged = rows(stage, [("d1", "sent"), ("d1", "opened")])
    found = staged.rows("stg_customerio__email_events__metrics")
    assert {(row["unmeasured"], row["is_machine"]) for row in found} == {("bounce_types machine_opens", None)}


def test_dropped_drafted_and_deferred_are_no_sends_and_a_push_is_no_message(stage):
    staged = rows(
        stage,
        [
            ("d1", "sent"),
            ("d1", "deferred"),
            ("d2", "sent"),
            ("d2", "dropped"),
            ("d3", "drafted"),
            ("d4", "sent"),
        ],
        "d1,p1,email,5,,\nd2,p2,email,5,,\nd3,p3,email,5,,\nd4,p4,push,5,,\n",
    )
    assert told(staged) == [("sent", None, "d1")]


def posted(number, delivery, metric):
    data = {
        "delivery_id": delivery,
        "newsletter_id": 7,
        "recipient": "Ann@home.example",
        "identifiers": {"cio_id": "p1"},
    }
    line = {"event_id": f"w{number}", "object_type": "email", "metric": metric, "timestamp": 1_764_583_200}
    return json.dumps({**line, "data": data}) + "\n"


def test_a_delivery_that_metrics_tell_of_is_told_by_them_alone(stage):
    events = posted(1, "d1", "opened") + posted(2, "d9", "sent") + posted(3, "d8", "dropped")
    staged = rows(stage, [("d1", "sent")], events=events)
    assert told(staged, "events") == [("sent", None, "d9")]
    (row,) = staged.rows("stg_customerio__email_events__events")
    assert (row["campaign_id"], row["occurred_at"], len(row["email_hash"])) == (
        "newsletter 7",
        "2025-12-01 10:00:00",
        32,
    )


def test_a_campaign_and_a_newsletter_of_one_number_are_two(stage):
    files = {
        "customerio/campaigns.jsonl": '{"id": 7, "name": "Welcome"}\n',
        "customerio/newsletters.jsonl": '{"id": 7, "name": "Spring"}\n',
    }
    found = stage("customerio", files).rows("stg_customerio__campaigns", "campaign_id")
    assert [(row["campaign_id"], row["campaign_name"], row["campaign_type"]) for row in found] == [
        ("campaign 7", "Welcome", "automated"),
        ("newsletter 7", "Spring", "one_off"),
    ]


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/customerio"
    folder.mkdir(parents=True)
    customerio.write(small_world, folder)
    staged = stage("customerio", tmp_path / "demo")
    counts = final_counts(staged.rows("stg_customerio__email_events__metrics", "occurred_at"))
    for mailing, expected in counts_in_the_world(small_world, "customerio"):
        found = counts[customerio.campaign_id(mailing)]
        for name in ("sent", "opens", "machine_opens", "clicks"):
            assert found[name] == expected[name], name
    assert staged.rows("stg_customerio__email_events__events") == []
    assert all(len(row["email_hash"]) == 32 for row in staged.rows("stg_customerio__contacts"))
