"""Mailchimp's files: what they say, and what only looks as if they said it."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import pytest

CAMPAIGNS = """\
Title,Subject,List,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Total Bounces,\
Times Forwarded,Forwarded Opens,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,\
Abuse Complaints,Times Liked on Facebook,Folder Id,Unique Id,Total Orders,Total Gross Sales,Total Revenue,Visits,Bounce Rate
"Most popular styles","Get them before they're gone!","Subscribed",\
"Jun 09, 2018 09:30 pm",Saturday,110,108,1,1,2,0,0,30,27.78%,57,7,6.48%,7,0,0,0,0,17671f6028,3,0,0,40,62.5%
"Autumn","Leaves","Subscribed","Oct 01, 2018 12:05 am",Monday,"1,751","1,750",1,0,1,0,0,400,22.86%,500,20,1.14%,30,2,1,0,0,\
aa71f60281,n/a,n/a,n/a,n/a,n/a
"""

MEMBERS_HEADER = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES"
SUBSCRIBED = f"""\
{MEMBERS_HEADER},TAGS
ann@home.example,Ann,2,2025-01-02 10:00:00,192.0.2.1,2025-01-02 10:05:00,192.0.2.1,2025-01-02 10:05:00,1,e1,,
ben@home.example,Ben,2,,,2025-02-01 08:00:00,,2025-02-01 08:00:00,2,e2,,
"""
UNSUBSCRIBED = f"""\
{MEMBERS_HEADER},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON
BEN@home.example,Ben,2,,,2025-02-01 08:00:00,,2025-03-01 09:00:00,2,e2,,2025-03-01 09:00:00,Autumn,aa71f60281,NORMAL
"""
CLEANED = f"""\
{MEMBERS_HEADER},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID
cy@home.example,Cy,1,,,2025-02-03 08:00:00,,2025-04-01 09:00:00,3,e3,,2025-04-01 09:00:00,Autumn,aa71f60281
"""
SENT_TO = """\
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x1","email_address":"ann@home.example","status":"sent","absplit_group":""}
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x2","email_address":"Ben@home.example","status":"sent","absplit_group":""}
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x3","email_address":"cy@home.example","status":"hard","absplit_group":""}
"""
ACTIVITY = """\
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x1","email_address":"ann@home.example","action":"open",\
"timestamp":"2018-10-01T06:00:00+00:00","ip":"192.0.2.1"}
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x1","email_address":"ann@home.example","action":"click",\
"timestamp":"2018-10-01T06:01:00+00:00","url":"https://shop.example/","ip":"192.0.2.1"}
{"campaign_id":"aa71f60281","list_id":"l1","email_id":"x3","email_address":"cy@home.example","action":"bounce","type":"hard",\
"timestamp":"2018-10-01T00:06:00+00:00"}
"""


def test_counts_and_moment_of_a_campaign_are_read_as_they_stand(stage):
    row = stage("mailchimp", {"mailchimp/campaigns.csv": CAMPAIGNS}).rows(
        "stg_mailchimp__email_stats", "sent_on"
    )[0]
    assert (row["sent_on"], row["send_hour"], row["campaign_id"]) == ("2018-06-09", 21, "17671f6028")
    counts = [
        "sent",
        "delivered",
        "bounces",
        "hard_bounces",
        "soft_bounces",
        "unique_opens",
        "unique_clicks",
        "complaints",
    ]
    assert [row[name] for name in counts] == [110, 108, 2, 1, 1, 30, 7, 0]


def test_the_web_bounce_rate_is_not_the_bounce_of_the_email(stage):
    staged = stage("mailchimp", {"mailchimp/campaigns.csv": CAMPAIGNS})
    row = staged.rows("stg_mailchimp__email_stats", "sent_on")[0]
    assert row["bounces"] / row["sent"] == 2 / 110
    columns = staged.query("select * from raw.mailchimp__campaigns")[0]
    assert 0.625 not in columns.values()


def test_the_tools_own_rates_agree_with_ours(stage):
    rows = stage("mailchimp", {"mailchimp/campaigns.csv": CAMPAIGNS}).query(
        "select * from raw.mailchimp__campaigns"
    )
    for row in rows:
        assert row["unique_opens"] / row["deliveries"] == pytest.approx(row["open_rate"], abs=5e-5)
        assert row["unique_clicks"] / row["deliveries"] == pytest.approx(row["click_rate"], abs=5e-5)


def test_what_the_report_does_not_measure_is_null_not_zero(stage):
    for row in stage("mailchimp", {"mailchimp/campaigns.csv": CAMPAIGNS}).rows("stg_mailchimp__email_stats"):
        assert [row[name] for name in ("machine_opens", "opened_and_clicked", "conversions")] == [
            None,
            None,
            None,
        ]


def test_the_newer_header_says_audience(stage):
    newer = CAMPAIGNS.replace("Subject,List,", "Subject,Audience,")
    rows = stage("mailchimp", {"mailchimp/campaigns.csv": newer}).rows("stg_mailchimp__email_stats")
    assert {row["segment"] for row in rows} == {"Subscribed"}


def test_a_member_who_unsubscribed_is_one_membership_that_ended(stage):
    files = {
        "mailchimp/subscribed_email_audience_export_1.csv": SUBSCRIBED,
        "mailchimp/unsubscribed_email_audience_export_1.csv": UNSUBSCRIBED,
        "mailchimp/cleaned_email_audience_export_1.csv": CLEANED,
    }
    rows = stage("mailchimp", files).rows("stg_mailchimp__subscribers", "subscribed_at")
    assert [(row["subscribed_at"], row["unsubscribed_at"]) for row in rows] == [
        ("2025-01-02 10:00:00", None),
        ("2025-02-01 08:00:00", "2025-03-01 09:00:00"),
        ("2025-02-03 08:00:00", "2025-04-01 09:00:00"),
    ]


def test_a_member_who_came_back_is_subscribed_again(stage):
    back = SUBSCRIBED.replace("2025-02-01 08:00:00,2,e2", "2025-05-01 08:00:00,2,e2")
    files = {"mailchimp/subscribed_2.csv": back, "mailchimp/unsubscribed_1.csv": UNSUBSCRIBED}
    rows = stage("mailchimp", files).rows("stg_mailchimp__subscribers", "subscribed_at")
    assert [row["unsubscribed_at"] for row in rows] == [None, None]


def test_an_unsubscribed_file_without_last_changed_is_the_newer_one_all_the_same(stage):
    bare = "Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,LEID\n"
    bare += "ben@home.example,,2025-02-01 08:00:00,2025-03-01 09:00:00,2\n"
    files = {"mailchimp/subscribed_1.csv": SUBSCRIBED, "mailchimp/unsubscribed_1.csv": bare}
    rows = stage("mailchimp", files).rows("stg_mailchimp__subscribers", "subscribed_at")
    assert [row["unsubscribed_at"] for row in rows] == [None, "2025-03-01 09:00:00"]


def test_sends_opens_bounces_and_unsubscribes_meet_in_one_message(stage):
    files = {
        "mailchimp/campaigns.csv": CAMPAIGNS,
        "mailchimp/sent_to.jsonl": SENT_TO,
        "mailchimp/email_activity.jsonl": ACTIVITY,
        "mailchimp/unsubscribed.csv": UNSUBSCRIBED,
    }
    staged = stage("mailchimp", files)
    events = [
        row
        for export in ("sent_to", "email_activity", "members")
        for row in staged.rows(f"stg_mailchimp__email_events__{export}")
    ]
    found: dict[str, set[str]] = {}
    for event in events:
        found.setdefault(event["message_id"], set()).add(event["event_type"])
    assert sorted(map(sorted, found.values())) == [
        ["bounced", "sent"],
        ["clicked", "opened", "sent"],
        ["sent", "unsubscribed"],
    ]
    assert {event["bounce_type"] for event in events if event["event_type"] == "bounced"} == {"hard"}
    sends = [event for event in events if event["event_type"] == "sent"]
    assert {event["occurred_at"] for event in sends} == {"2018-10-01 00:05:00"}
    assert len({event["event_id"] for event in events}) == len(events)


def test_without_the_unsubscribed_file_unsubscribes_are_not_measured(stage):
    files = {"mailchimp/campaigns.csv": CAMPAIGNS, "mailchimp/sent_to.jsonl": SENT_TO}
    rows = stage("mailchimp", files).rows("stg_mailchimp__email_events__sent_to")
    assert {row["unmeasured"] for row in rows} == {"machine_opens complaints unsubscribes"}
