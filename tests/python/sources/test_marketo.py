"""Marketo's activities: two kinds of bounce, a flag for bots, and a send that is four ids."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import json

from demo import marketo
from demo.company.mail import LISTS
from sources.staged import counts_in_the_world, final_counts

HEADER = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes\n"
LEADS = "id,email,createdAt,updatedAt,leadSource\n5,ann@home.example,2025-01-01T00:00:00Z,2025-02-01T00:00:00Z,Web\n"
SEND = {"Campaign Run ID": "9", "Step ID": "3", "Choice Number": "0", "Test Variant": 0}


def activity(number, kind, primary_id="40", primary="Spring mail", **attributes):
    text = json.dumps(attributes).replace('"', '""')
    return f'{number},5,2025-03-01T10:{number:02}:00Z,{kind},70,{primary_id},{primary},"{text}"\n'


def load(stage, *lines):
    return stage("marketo", {"marketo/activities.csv": HEADER + "".join(lines), "marketo/leads.csv": LEADS})


def test_type_8_is_a_hard_bounce_and_type_27_a_soft_one(stage):
    rows = load(stage, activity(1, 8, **SEND), activity(2, 27, **SEND)).rows(
        "stg_marketo__email_events", "occurred_at"
    )
    assert [(row["event_type"], row["bounce_type"]) for row in rows] == [
        ("bounced", "hard"),
        ("bounced", "soft"),
    ]


def test_a_send_is_lead_asset_campaign_run_and_step(stage):
    rows = load(
        stage,
        activity(1, 6, **SEND),
        activity(2, 7, **SEND),
        activity(3, 10, **SEND, **{"Is Bot Activity": False}),
        activity(4, 6, **{**SEND, "Campaign Run ID": "10"}),
        activity(5, 6, **{**SEND, "Step ID": "4"}),
        activity(6, 6, primary_id="41", **SEND),
    ).rows("stg_marketo__email_events", "occurred_at")
    assert len({row["message_id"] for row in rows[:3]}) == 1
    assert len({row["message_id"] for row in rows}) == 4


def test_the_bot_flag_marks_opens_and_clicks_of_machines(stage):
    rows = load(
        stage,
        activity(1, 10, **SEND, **{"Is Bot Activity": True}),
        activity(2, 11, **SEND, **{"Is Bot Activity": False}),
        activity(3, 9, **SEND),
    ).rows("stg_marketo__email_events", "occurred_at")
    assert [(row["event_type"], row["is_machine"]) for row in rows] == [
        ("opened", True),
        ("clicked", False),
        ("unsubscribed", None),
    ]
    assert {row["unmeasured"] for row in rows} == {"complaints"}


def test_other_activities_are_no_email(stage):
    rows = load(stage, activity(1, 1, primary="/"), activity(2, 2, primary="Form"), activity(3, 12)).rows(
        "stg_marketo__email_events"
    )
    assert rows == []


def test_only_the_lifecycle_field_tells_stages(stage):
    staged = load(
        stage,
        activity(1, 13, primary="Phone Number", **{"New Value": "MQL"}),
        activity(2, 13, primary="Lifecycle Status", **{"New Value": "MQL", "Old Value": "Lead"}),
        activity(3, 13, primary="Lifecycle Status", **{"New Value": "MQL", "Old Value": "Recycled"}),
    )
    (row,) = staged.rows("stg_marketo__contacts")
    assert (row["mql_at"][14:16], row["sql_at"], row["lead_at"]) == (
        "02",
        None,
        "2025-01-01 00:00:00",
    )


def test_a_lifecycle_that_knows_leads_tells_who_is_one(stage):
    change = activity(1, 13, primary="Lifecycle Status", **{"New Value": "Lead"})
    (row,) = load(stage, change).rows("stg_marketo__contacts")
    assert row["lead_at"] == "2025-03-01 10:01:00"


def test_a_score_is_the_new_value_of_a_score_change(stage):
    change = activity(1, 22, primary="Lead Score", **{"Change Value": "+5", "New Value": 15, "Old Value": 10})
    (row,) = load(stage, change).rows("stg_marketo__lead_scores")
    assert (row["score_model"], row["score"], row["person_id"]) == ("Marketo Lead Score", 15.0, "5")


def test_a_status_is_a_step_of_its_programs_channel(stage):
    statuses = "channel,name,step\nWebinar,Invited,10\nWebinar,Registered,20\nWebinar,Wait list,20\nWebinar,Attended,30\n"
    member = {"Program Member ID": "8"}
    lines = [
        activity(1, 104, "900", "Spring webinar", **member, **{"New Status": "Invited"}),
        activity(2, 104, "900", "Spring webinar", **member, **{"New Status": "Wait list"}),
        activity(3, 104, "900", "Spring webinar", **member, **{"New Status": "Registered"}),
        activity(4, 104, "901", "Other", **member, **{"New Status": "Invited"}),
    ]
    files = {
        "marketo/activities.csv": HEADER + "".join(lines),
        "marketo/programs.jsonl": '{"id":900,"name":"Spring webinar","type":"Event","channel":"Webinar"}\n',
        "marketo/progression_statuses.csv": statuses,
    }
    rows = stage("marketo", files).rows("stg_marketo__journey_steps", "step_number")
    assert [
        (row["entry_id"], row["step_number"], row["steps_total"], row["reached_at"][14:16]) for row in rows
    ] == [
        ("8", 1, 3, "01"),
        ("8", 2, 3, "02"),
    ]


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/marketo"
    folder.mkdir(parents=True)
    marketo.write(small_world, folder)
    told = final_counts(stage("marketo", tmp_path / "demo").rows("stg_marketo__email_events", "occurred_at"))
    expected = {
        marketo.campaign_id(mailing): counts
        for mailing, counts in counts_in_the_world(small_world, "marketo")
    }
    assert len(expected) > len(LISTS)
    for campaign, counts in expected.items():
        # Its log tells of no complaints.
        for name in counts.keys() - {"complaints"}:
            assert told[campaign][name] == counts[name], name
