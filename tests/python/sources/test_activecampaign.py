"""ActiveCampaign's report: a newer one replaces the older, and only what it tells is measured."""

import pytest

from demo import activecampaign
from demo.company.totals import totals

HEADER = "Campaign,Type,Send Date,Sends,Opens,Clicks,Unsubscribes,Hard Bounces,Soft Bounces"


def stats(stage, *files):
    written = {
        f"activecampaign/campaigns_{number}.csv": "\n".join(lines) + "\n"
        for number, lines in enumerate(files)
    }
    staged = stage("activecampaign", written)
    return staged.rows("stg_activecampaign__email_stats", "campaign_id")


def test_a_newer_report_replaces_the_older_though_an_automation_was_sent_since(stage):
    older = (HEADER, "Welcome,Automation,2026-02-01 09:30:00,100,40,10,1,2,3")
    newer = (HEADER, "Welcome,Automation,2026-03-01 10:00:00,150,60,12,2,3,4")
    (row,) = stats(stage, older, newer)
    assert (row["sent"], row["unique_opens"], row["bounces"], row["hard_bounces"]) == (150, 60, 7, 3)
    assert (row["sent_on"], row["send_hour"]) == ("2026-03-01", 10)


@pytest.mark.parametrize("moment", ["2026-03-01", "03/01/2026", "03/01/2026 10:00", "Mar 1, 2026"])
def test_the_day_of_a_sending_is_read_as_it_is_written(stage, moment):
    (row,) = stats(stage, (HEADER, f'Spring,One-time,"{moment}",100,40,10,1,2,3'))
    assert row["sent_on"] == "2026-03-01"


def test_one_sum_of_bounces_is_of_no_kind_and_what_is_not_told_is_not_zero(stage):
    header = "Campaign Name,Sent Date,Total Sends,Unique Opens,Opens,Unique Clicks,Bounces"
    (row,) = stats(stage, (header, 'Spring,2026-03-01,"1,100",40,70,10,5'))
    assert (row["sent"], row["unique_opens"], row["bounces"]) == (1100, 40, 5)
    assert (row["hard_bounces"], row["unsubscribes"], row["machine_opens"]) == (None, None, None)


def test_an_email_of_an_automation_is_automated(stage):
    lines = (HEADER, "Welcome,Automation,2026-02-01,1,0,0,0,0,0", "Spring,One-time,2026-02-01,1,0,0,0,0,0")
    staged = stage("activecampaign", {"activecampaign/r.csv": "\n".join(lines) + "\n"})
    rows = staged.rows("stg_activecampaign__campaigns", "campaign_id")
    assert [(row["campaign_id"], row["campaign_type"]) for row in rows] == [
        ("Spring", "one_off"),
        ("Welcome", "automated"),
    ]


def test_reports_with_and_without_ids_tell_the_same_campaigns(stage):
    head, lines = "Campaign ID,Campaign Name,Send Date,Sends,Opens,Clicks\n", "1,A,2026-05-01,100,{},4\n"
    files = {
        f"activecampaign/{number}.csv": (head + lines.format(40 + number))
        .replace("Campaign ID,", "")
        .replace("1,A", "A")
        if number % 2
        else head + lines.format(40 + number)
        for number in range(4)
    }
    rows = stage("activecampaign", files).rows("stg_activecampaign__email_stats")
    assert [row["unique_opens"] for row in rows] == [43]


def test_every_campaign_of_the_demo_counts_what_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/activecampaign"
    folder.mkdir(parents=True)
    activecampaign.write(small_world, folder)
    rows = stage("activecampaign", tmp_path / "demo").rows("stg_activecampaign__email_stats")
    told = {row["campaign_id"]: (row["sent"], row["unique_opens"], row["soft_bounces"]) for row in rows}
    expected = {}
    for mailing in small_world.mailings_of("activecampaign"):
        sums = totals(small_world.mail.outcome(mailing), small_world.sales, small_world.calendar.end)
        if mailing.channel == "email" and sums.recipients:
            expected[activecampaign.campaign_id(mailing)] = (sums.recipients, sums.unique_opens, sums.soft)
    assert told == expected
