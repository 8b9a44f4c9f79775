"""Klaviyo's files: percents here, fractions there, and opens that are Apple's."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import json

import pytest

CAMPAIGNS = """\
Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,Revenue,Unique Opens,\
Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,Spam Complaints Rate,\
Successful Deliveries,Bounces,Bounce Rate,Campaign ID,Campaign Channel
Spring sale,Sale,[MULTIPLE VARIATIONS],All,2025-04-09 09:38:00,Wednesday,64517.0,48.0,0.07%,2800.27,45587.0,70.80%,60684.0,264.0,\
0.41%,351.0,170.0,4.0,0.01%,64386.0,131.0,0.20%,01JN,Email
Spring text,Sale,Hello,All,2025-04-10 10:00:00,Thursday,1000.0,3.0,0.30%,90.0,0.0,0.00%,0.0,40.0,4.04%,44.0,2.0,0.0,0.00%,990.0,10.0,\
1.00%,01JP,SMS
"""
OLDER = """\
Campaign Name,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,Revenue,Unique Opens,\
Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,Spam Complaints Rate,\
Successful Deliveries,Bounces,Bounce Rate
Spring sale,Spring!,All,2025-04-09 09:38:00,Wednesday,64517,48,0.07%,2800.27,45000,69.89%,60684,264,0.41%,351,170,4,0.01%,64386,131,0.20%
Older sale,Old!,All,2021-04-09 09:38:00,Friday,100,1,1.01%,20,50,50.51%,60,4,4.04%,5,1,0,0.00%,99,1,1.00%
"""
PERFORMANCE = """\
Date,Campaign Message ID,Campaign Message Name,Send Date,Send Time,Total Recipients,Open Rate,Click Rate,Unsubscribe Rate,Bounce Rate,\
Spam Complaints Rate,Total Opens,Unique Opens,Total Apple Privacy Opens,Unique Apple Privacy Opens,Unique Clicks,Total Clicks,\
Total Unsubscribes,Unique Unsubscribes,Spam Complaints,Bounces,Total Placed Order,Tags,Subject,Preview Text,List,Excluded List,\
Day of Week,Campaign Message Channel
2025-04-09,01MSG,Spring sale,2025-04-09,10:30 PM,1000,0.5,0.02,0.001,0.1,0,800,450,500,300,18,20,1,1,0,100,4,,Hi,,All,,Wednesday,Email
"""
FLOWS = """\
Date,Flow ID,Flow Name,Message ID,Message Name,Message Channel,Status,Total Recipients,Open Rate,Click Rate,Bounce Rate,Total Opens,\
Unique Opens,Total Apple Privacy Opens,Unique Apple Privacy Opens,Unique Clicks,Total Clicks,Total Unsubscribes,Unique Unsubscribes,\
Spam Complaints,Bounces,Total Placed Order,Message Status
2025-04-01,F1,Welcome,M1,Mail 1,Email,live,10,0.5,0.1,0,6,5,2,2,1,1,0,0,0,0,1,live
2025-04-02,F1,Welcome,M1,Mail one,Email,live,20,0.25,0.1,0,6,5,2,1,2,2,0,0,0,0,1,live
2025-04-02,F1,Welcome,M2,Text 1,SMS,live,5,0,0.2,0,0,0,0,0,1,1,0,0,0,0,0,live
"""
FORMS = """\
form_id,form_name,form_status,created_at,updated_at,closed_form,viewed_form,viewed_form_uniques,submits,submit_rate
UrTNaJ,Sign-up,live,2025-07-28T11:31:09+00:00,2025-07-28T11:31:09+00:00,28053.0,69554.0,50760.0,1110.0,0.01596
"""


def event(number: int, metric: str, **properties: object) -> str:
    return json.dumps(
        {
            "id": f"E{number}",
            "metric_name": metric,
            "person_id": "PROFILE1",
            "timestamp": f"2025-04-09T10:{number:02}:00+00:00",
            "properties": {
                "$message": "01MSG",
                "Campaign Name": "Spring sale",
                "$_cohort$message_send_cohort": "1744192680:01MSG",
                **properties,
            },
        }
    )


def test_percents_and_fractions_give_the_same_kind_of_rate(stage):
    staged = stage(
        "klaviyo", {"klaviyo/campaigns.csv": CAMPAIGNS, "klaviyo/campaign_performance.csv": PERFORMANCE}
    )
    percents = staged.query("select * from raw.klaviyo__campaigns where campaign_id = '01JN'")[0]
    assert percents["open_rate"] == pytest.approx(45587 / 64386, abs=1e-4)
    assert percents["bounce_rate"] == pytest.approx(131 / 64517, abs=1e-4)
    fractions = staged.query("select * from raw.klaviyo__campaign_performance")[0]
    assert fractions["open_rate"] == fractions["unique_opens"] / (
        fractions["recipients"] - fractions["bounces"]
    )
    assert fractions["bounce_rate"] == fractions["bounces"] / fractions["recipients"]


def test_counts_written_with_a_decimal_point_are_whole_numbers(stage):
    row = stage("klaviyo", {"klaviyo/campaigns.csv": CAMPAIGNS}).rows(
        "stg_klaviyo__email_stats__campaigns", "sent_on"
    )[0]
    assert [row[name] for name in ("sent", "delivered", "bounces", "unique_opens")] == [
        64517,
        64386,
        131,
        45587,
    ]
    assert row["sent"] == row["delivered"] + row["bounces"]
    assert (row["sent_on"], row["send_hour"], row["subject"]) == ("2025-04-09", 9, None)


def test_bounces_are_not_split_and_machines_not_seen_in_the_campaigns_export(stage):
    for row in stage("klaviyo", {"klaviyo/campaigns.csv": CAMPAIGNS}).rows(
        "stg_klaviyo__email_stats__campaigns"
    ):
        assert [row[name] for name in ("hard_bounces", "soft_bounces", "machine_opens")] == [None, None, None]


def test_text_messages_keep_their_channel(stage):
    staged = stage("klaviyo", {"klaviyo/campaigns.csv": CAMPAIGNS, "klaviyo/flows.csv": FLOWS})
    assert [row["channel"] for row in staged.rows("stg_klaviyo__email_stats__campaigns", "sent_on")] == [
        "email",
        "sms",
    ]
    assert {row["channel"] for row in staged.rows("stg_klaviyo__campaigns__flows")} == {"email", "sms"}


def test_an_older_file_without_ids_loses_no_campaign_and_doubles_none(stage):
    files = {"klaviyo/campaigns_1.csv": OLDER, "klaviyo/campaigns_2.csv": CAMPAIGNS}
    rows = stage("klaviyo", files).rows("stg_klaviyo__email_stats__campaigns", "sent_on")
    assert [(row["campaign_id"], row["unique_opens"]) for row in rows] == [
        ("Older sale", 50),
        ("01JN", 45587),
        ("01JP", 0),
    ]


def test_apple_privacy_opens_are_opens_of_machines(stage):
    staged = stage("klaviyo", {"klaviyo/campaign_performance.csv": PERFORMANCE})
    row = staged.rows("stg_klaviyo__email_stats__campaign_performance")[0]
    assert [row[name] for name in ("sent", "delivered", "bounces", "unique_opens", "machine_opens")] == [
        1000,
        900,
        100,
        450,
        300,
    ]
    assert (row["sent_on"], row["send_hour"]) == ("2025-04-09", 22)


def test_a_report_without_apple_opens_does_not_claim_there_were_none(stage):
    without = PERFORMANCE.replace(",Unique Apple Privacy Opens", ",Something else")
    row = stage("klaviyo", {"klaviyo/campaign_performance.csv": without}).rows(
        "stg_klaviyo__email_stats__campaign_performance"
    )[0]
    assert row["machine_opens"] is None


def test_a_flow_message_counts_per_day_and_has_its_latest_name(stage):
    staged = stage("klaviyo", {"klaviyo/flows.csv": FLOWS})
    assert len(staged.rows("stg_klaviyo__email_stats__flows")) == 3
    names = staged.rows("stg_klaviyo__campaigns__flows", "campaign_id")
    assert [(row["campaign_id"], row["campaign_name"]) for row in names] == [
        ("M1", "Mail one"),
        ("M2", "Text 1"),
    ]
    assert {(row["journey"], row["campaign_type"]) for row in names} == {("Welcome", "automated")}


def test_messages_of_one_name_in_two_flows_are_told_apart_by_the_flow(stage):
    twins = FLOWS.replace("F1,Welcome,M2,Text 1", "F2,Goodbye,M2,Mail one")
    names = stage("klaviyo", {"klaviyo/flows.csv": twins}).rows(
        "stg_klaviyo__campaigns__flows", "campaign_id"
    )
    assert [row["campaign_name"] for row in names] == ["Welcome: Mail one", "Goodbye: Mail one"]


def test_submits_are_over_all_views_of_a_form(stage):
    staged = stage("klaviyo", {"klaviyo/forms.csv": FORMS})
    row = staged.rows("stg_klaviyo__form_stats")[0]
    assert (row["viewed_on"], row["views"], row["submits"]) == ("2025-07-28", 69554, 1110)
    assert staged.query("select submit_rate from raw.klaviyo__forms")[0]["submit_rate"] == round(
        1110 / 69554, 5
    )


def test_events_of_one_sending_are_one_message_and_machines_are_marked(stage):
    lines = [
        event(1, "Received Email"),
        event(2, "Opened Email", machine_open=True),
        event(3, "Opened Email", machine_open=False),
        event(4, "Clicked Email", **{"Bot Click": True}),
        event(5, "Dropped Email"),
        event(6, "Viewed Product"),
        event(7, "Received Email", **{"$_cohort$message_send_cohort": "1744279080:01MSG"}),
    ]
    rows = stage("klaviyo", {"klaviyo/events.jsonl": "\n".join(lines) + "\n"}).rows(
        "stg_klaviyo__email_events", "occurred_at"
    )
    assert [(row["event_type"], row["is_machine"]) for row in rows] == [
        ("delivered", None),
        ("opened", True),
        ("opened", False),
        ("clicked", True),
        ("delivered", None),
    ]
    assert len({row["message_id"] for row in rows}) == 2
    assert {row["campaign_id"] for row in rows} == {"01MSG"}


def test_a_raw_api_event_is_read_too(stage):
    line = json.dumps(
        {
            "type": "event",
            "id": "E1",
            "attributes": {
                "metric_name": "Bounced Email",
                "datetime": "2022-01-23T09:05:16+00:00",
                "event_properties": {"$message": "UupFUS", "Bounce Type": "Hard", "$flow": "F9"},
            },
            "relationships": {"profile": {"data": {"id": "QqXc3w"}}},
        }
    )
    staged = stage("klaviyo", {"klaviyo/events.jsonl": line + "\n"})
    row = staged.rows("stg_klaviyo__email_events")[0]
    assert (row["event_type"], row["bounce_type"], row["person_id"]) == ("bounced", "hard", "QqXc3w")
    assert row["occurred_at"] == "2022-01-23 09:05:16"
    assert staged.rows("stg_klaviyo__campaigns__events")[0]["campaign_type"] == "automated"


def test_a_campaign_that_was_renamed_and_put_off_between_two_exports_is_one_by_its_id(stage):
    header = (
        "Campaign ID,Campaign Name,Send Time,Total Recipients,Successful Deliveries,Bounces,Unique Opens,"
        "Unique Clicks\n"
    )
    files = {
        "klaviyo/campaigns_1.csv": f"{header}C1,Spring,2026-03-02 10:00:00,10,10,0,4,1\n",
        "klaviyo/campaigns_2.csv": f"{header}C1,Spring sale,2026-03-08 10:00:00,90,90,0,40,4\n",
    }
    (row,) = stage("klaviyo", files).rows("stg_klaviyo__email_stats__campaigns")
    assert (row["campaign_id"], row["sent_on"], row["sent"]) == ("C1", "2026-03-08", 90)
