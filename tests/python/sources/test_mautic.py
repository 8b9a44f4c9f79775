"""Mautic's tables: three reasons not to be contacted, and clicks that do not name their sending."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from demo import mautic
from demo.company.mail import HARD, SOFT

STATS = "id,email_id,lead_id,email_address,date_sent,is_read,is_failed,date_read,source\n"
HITS = "id,email_id,lead_id,date_hit,url\n"
DNC = "id,lead_id,date_added,reason,channel,channel_id\n"
TWICE = (
    STATS
    + "1,7,5,ann@home.example,2025-03-01 10:00:00,0,0,,email\n2,7,5,ann@home.example,2025-04-01 10:00:00,1,0,2025-04-01 11:00:00,email\n"
)


def messages(stage, **tables):
    files = {f"mautic/{name}.csv": text for name, text in ({"email_stats": TWICE} | tables).items()}
    return stage("mautic", files).rows("stg_mautic__email_messages", "sent_at")


def test_a_click_belongs_to_the_last_sending_before_it(stage):
    hits = HITS + "1,7,5,2025-03-05 09:00:00,/\n2,7,5,2025-04-02 09:00:00,/\n3,,5,2025-03-02 09:00:00,/\n"
    rows = messages(stage, page_hits=hits)
    assert [row["clicked_at"] for row in rows] == ["2025-03-05 09:00:00", "2025-04-02 09:00:00"]


def test_reason_1_is_an_unsubscribe_2_a_bounce_and_3_nothing(stage):
    entries = DNC + (
        "1,5,2025-03-02 09:00:00,1,email,7\n2,5,2025-04-01 10:00:30,2,email,7\n3,5,2025-03-03 09:00:00,3,email,7\n"
        "4,5,2025-03-01 10:30:00,1,sms,7\n"
    )
    rows = messages(stage, lead_donotcontact=entries)
    assert rows[0]["unsubscribed_at"] == "2025-03-02 09:00:00"
    assert rows[0]["bounced_at"] is None
    assert rows[1]["bounced_at"] == "2025-04-01 10:00:30"
    assert rows[1]["unsubscribed_at"] is None


def test_a_failed_message_bounced_and_a_read_one_was_opened(stage):
    failed = TWICE.replace("2025-03-01 10:00:00,0,0", "2025-03-01 10:00:00,0,1")
    rows = messages(stage, email_stats=failed)
    assert [row["bounced_at"] is not None for row in rows] == [True, False]
    assert [row["opened_at"] is not None for row in rows] == [False, True]


def test_what_mautic_does_not_tell_is_said(stage):
    rows = messages(stage)
    assert {row["unmeasured"] for row in rows} == {"machine_opens bounce_types complaints"}
    assert {row["bounce_type"] for row in rows} == {None}


def test_scheduled_events_and_paths_not_taken_are_no_steps(stage):
    log = "id,event_id,lead_id,campaign_id,rotation,date_triggered,is_scheduled,non_action_path_taken\n"
    files = {
        "mautic/campaigns.csv": "id,name\n1,Welcome\n",
        "mautic/campaign_events.csv": "id,campaign_id,name,event_order\n11,1,Hello,1\n12,1,Offer,2\n13,1,Other offer,2\n14,1,End,3\n",
        "mautic/campaign_lead_event_log.csv": log
        + "1,11,5,1,1,2025-03-01 10:00:00,0,0\n2,12,5,1,1,2025-03-02 10:00:00,0,0\n3,13,5,1,1,2025-03-02 11:00:00,0,0\n"
        + "4,14,5,1,1,2025-03-03 10:00:00,1,0\n5,11,6,1,2,2025-03-03 10:00:00,0,0\n6,12,6,1,2,2025-03-04 10:00:00,0,1\n",
    }
    rows = stage("mautic", files).rows("stg_mautic__journey_steps", "person_id, step_number")
    found = [
        (row["journey"], row["person_id"], row["entry_id"], row["step_number"], row["steps_total"])
        for row in rows
    ]
    assert found == [("Welcome", "5", "1", 1, 3), ("Welcome", "5", "1", 2, 3), ("Welcome", "6", "2", 1, 3)]


def test_points_add_up_to_a_score(stage):
    log = "id,lead_id,delta,date_added\n1,5,10,2025-03-01 10:00:00\n2,5,-4,2025-03-02 10:00:00\n3,6,1,2025-03-02 10:00:00\n"
    rows = stage("mautic", {"mautic/lead_points_change_log.csv": log}).rows(
        "stg_mautic__lead_scores", "person_id, scored_at"
    )
    assert [row["score"] for row in rows] == [10, 6, 1]


def test_anonymous_visitors_are_no_contacts_and_stages_tell_leads_where_they_are_kept(stage):
    leads = "id,email,date_added,date_identified\n5,ann@home.example,2025-01-01 00:00:00,2025-01-02 00:00:00\n6,,2025-01-01 00:00:00,\n"
    (row,) = stage("mautic", {"mautic/leads.csv": leads}).rows("stg_mautic__contacts")
    assert row["lead_at"] == "2025-01-02 00:00:00"


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/mautic"
    folder.mkdir(parents=True)
    mautic.write(small_world, folder)
    rows = stage("mautic", tmp_path / "demo").rows("stg_mautic__email_messages")
    expected = {"sent": 0, "bounced": 0, "opened": 0, "clicked": 0, "unsubscribed": 0}
    for mailing in small_world.mailings_of("mautic"):
        if mailing.channel != "email":
            continue
        outcome = small_world.mail.outcome(mailing)
        expected["sent"] += len(outcome.person)
        expected["bounced"] += int(((outcome.fate == HARD) | (outcome.fate == SOFT)).sum())
        expected["opened"] += int(((outcome.open_at > 0) | (outcome.machine_open_at > 0)).sum())
        expected["clicked"] += int((outcome.click_at > 0).sum())
        expected["unsubscribed"] += int((outcome.unsubscribed_at > 0).sum())
    told = {name: sum(row[f"{name}_at"] is not None for row in rows) for name in expected}
    assert told == expected
