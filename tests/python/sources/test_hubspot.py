"""HubSpot's events join by their send, its contacts are merged, and closed is not won."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import json

import pytest

from demo import hubspot
from sources.staged import counts_in_the_world, final_counts

SENT = {
    "id": "s1",
    "type": "SENT",
    "created": 1733914830000,
    "recipient": "ann@home.example",
    "emailCampaignId": 7,
}


def event(number, kind, **fields):
    return {
        "id": f"e{number}",
        "type": kind,
        "created": 1733914830000 + number * 60_000,
        "recipient": "Ann@home.example",
        "emailCampaignId": 7,
        "sentBy": {"id": "s1", "created": 1733914830000},
        **fields,
    }


def events(stage, *found):
    lines = "".join(json.dumps(line) + "\n" for line in found)
    return stage("hubspot", {"hubspot/email_events.jsonl": lines}).rows(
        "stg_hubspot__email_events", "occurred_at"
    )


def test_an_open_belongs_to_its_send_not_to_the_campaign(stage):
    again = {**SENT, "id": "s2", "created": 1733914890000}
    rows = events(stage, SENT, again, event(2, "DELIVERED"), event(3, "OPEN", filteredEvent=False))
    assert [(row["event_type"], row["message_id"]) for row in rows] == [
        ("sent", "s1"),
        ("sent", "s2"),
        ("delivered", "s1"),
        ("opened", "s1"),
    ]
    assert len({row["email_hash"] for row in rows}) == 1


def test_an_event_that_names_no_send_is_told_and_types_are_read_in_any_case(stage):
    alone = event(1, "OPEN", sentBy=None)
    lines = "".join(
        json.dumps(line) + "\n" for line in (SENT, alone, event(2, "open"), event(3, "delivered"))
    )
    staged = stage("hubspot", {"hubspot/email_events.jsonl": lines})
    kinds = [row["event_type"] for row in staged.rows("stg_hubspot__email_events", "occurred_at")]
    assert kinds == ["sent", "opened", "delivered"]
    (told,) = staged.query("select why, row_count from raw._left_out")
    assert (told["why"], told["row_count"]) == ("an event that names no message", 1)


def test_filtered_events_are_machines(stage):
    rows = events(stage, SENT, event(1, "OPEN", filteredEvent=True), event(2, "CLICK", filteredEvent=False))
    assert [row["is_machine"] for row in rows] == [None, True, False]


@pytest.mark.parametrize(
    ("category", "status", "bounce_type"),
    [
        ("UNKNOWN_USER", "5.1.1", "hard"),
        ("MAILBOX_FULL", "5.2.2", "soft"),
        ("throttled", "4.7.0", "soft"),
        ("NEVER_SEEN", "5.0.0", "hard"),
        (None, "4.0.0", "soft"),
        (None, None, None),
    ],
)
def test_a_bounce_is_hard_or_soft_by_its_category_else_by_its_status(stage, category, status, bounce_type):
    rows = events(stage, SENT, event(1, "BOUNCE", category=category, status=status))
    assert rows[1]["bounce_type"] == bounce_type


def test_obsolete_events_and_dropped_sends_count_for_nothing(stage):
    dropped = {**SENT, "id": "s3", "recipient": "left@home.example"}
    rows = events(
        stage,
        SENT,
        event(1, "DELIVERED", obsoletedBy={"id": "e2", "created": 0}),
        event(2, "BOUNCE", category="MAILBOX_FULL"),
        dropped,
        event(3, "DROPPED", sentBy={"id": "s3"}, dropReason="PREVIOUSLY_BOUNCED"),
        event(4, "PROCESSED"),
        event(5, "DEFERRED"),
    )
    assert [(row["event_type"], row["message_id"]) for row in rows] == [("sent", "s1"), ("bounced", "s1")]


def test_an_unsubscribe_belongs_to_the_send_behind_what_caused_it(stage):
    cause = event(1, "CLICK", filteredEvent=False)
    change = event(2, "STATUSCHANGE", portalSubscriptionStatus="UNSUBSCRIBED", causedBy={"id": "e1"})
    del change["sentBy"]
    resubscribed = event(3, "STATUSCHANGE", portalSubscriptionStatus="SUBSCRIBED")
    rows = events(stage, SENT, cause, change, resubscribed)
    assert [(row["event_type"], row["message_id"]) for row in rows[1:]] == [
        ("clicked", "s1"),
        ("unsubscribed", "s1"),
    ]


def test_a_flattened_column_says_the_same_as_a_path(stage):
    flat = "id,type,created,recipient,emailCampaignId,sentBy_id,obsoletedBy_id,filteredEvent\n"
    flat += (
        "s1,SENT,1733914830000,ann@home.example,7,,,\n"
        + "e1,OPEN,1733914890000,ann@home.example,7,s1,,true\n"
    )
    rows = stage("hubspot", {"hubspot/email_events.csv": flat}).rows(
        "stg_hubspot__email_events", "occurred_at"
    )
    assert [(row["message_id"], row["is_machine"]) for row in rows] == [("s1", None), ("s1", True)]


CONTACTS = (
    "Record ID,Email,Create Date,Last Modified Date,Original Source,Became a Lead Date,Merged record IDs\n"
)


def test_a_merged_contact_is_the_person_it_was_merged_into(stage):
    files = {
        "hubspot/contacts_1.csv": CONTACTS
        + "1,ann@home.example,2025-01-01 10:00,2025-02-01 10:00,Organic search,2025-01-02 10:00,\n"
        + "2,old.ann@home.example,2024-01-01 10:00,2025-02-01 10:00,Offline sources,2024-01-02 10:00,\n",
        "hubspot/contacts_2.csv": CONTACTS
        + "1,ann@home.example,2025-01-01 10:00,2025-03-01 10:00,Organic search,2025-01-02 10:00,12; 2\n",
    }
    rows = stage("hubspot", files).rows("stg_hubspot__contacts", "person_id")
    told = {(row["person_id"], row["email_hash"], row["channel"]) for row in rows}
    (ann,) = {row["email_hash"] for row in rows if row["channel"] == "organic_search"}
    (old,) = {row["email_hash"] for row in rows if row["channel"] == "other"}
    assert old != ann
    # Both addresses are the remaining record's, and so are the ids that are gone, exported or not.
    assert told == {("1", ann, "organic_search"), ("1", old, "other"), ("2", ann, None), ("12", ann, None)}


DEALS = "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Create Date,Close Date,Associated Contact IDs,Merged record IDs\n"


def test_a_closed_deal_is_won_or_lost_and_an_open_ones_close_date_is_a_wish(stage):
    files = {
        "hubspot/deals.csv": DEALS
        + '1,A,Closed Won,new,"$1,234.50",2025-01-01 10:00,2025-02-01 10:00,11;12,\n'
        + "2,B,closed lost,new,€10,2025-01-01 10:00,2025-02-01 10:00,13,\n"
        + "3,C,Contract sent,new,10,2025-01-01 10:00,2030-02-01 10:00,,9\n"
        + "9,D,Closed Won,new,10,2025-01-01 10:00,2025-02-01 10:00,,\n"
    }
    staged = stage("hubspot", files)
    rows = staged.rows("stg_hubspot__opportunities", "opportunity_id")
    assert [(row["opportunity_id"], row["outcome"], row["amount"], row["person_id"]) for row in rows] == [
        ("1", "won", 1234.5, "11"),
        ("2", "lost", 10.0, "13"),
        ("3", None, 10.0, None),
    ]


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/hubspot"
    folder.mkdir(parents=True)
    hubspot.write(small_world, folder)
    staged = stage("hubspot", tmp_path / "demo")
    told = final_counts(staged.rows("stg_hubspot__email_events", "occurred_at"))
    for mailing, expected in counts_in_the_world(small_world, "hubspot"):
        assert told[hubspot.campaign_id(mailing)] == expected
