"""Reports by week or month whose rows do not say so, beside reports by day: each day counts once."""

from __future__ import annotations

import pytest

from runner.ingest.notices.read_notices import read_notices
from sources.staged import exports

FLOWS = (
    "Date,Flow ID,Flow Name,Message ID,Message Name,Message Channel,Total Recipients,Unique Opens,"
    "Unique Clicks,Bounces,Unique Placed Order,Open Rate\n"
)
BY_WEEK = FLOWS + "".join(
    f"2026-03-{day:02},F1,Welcome,{message},{message},Email,{sent},{opens},7,0,1,0.5\n"
    for day in (2, 9, 16)
    for message, sent, opens in (("M1", 70, 35), ("M2", 14, 7))
)
# All days of the first week but its first, and nothing of M2.
BY_DAY = FLOWS + "".join(f"2026-03-{day:02},F1,Welcome,M1,M1,Email,9,5,1,0,0,0.5556\n" for day in range(3, 9))


def placed(rows, day, *columns):
    return {
        (row[day], row.get("campaign_id") or row.get("campaign")): tuple(row[c] for c in columns)
        for row in rows
    }


def test_what_a_week_holds_beyond_its_days_is_of_its_first_untold_day(stage):
    staged = stage("klaviyo", {"klaviyo/flows_weekly.csv": BY_WEEK, "klaviyo/flows_daily.csv": BY_DAY})
    counts = placed(
        staged.rows("stg_klaviyo__email_stats__flows"), "sent_on", "sent", "delivered", "unique_opens"
    )
    assert counts == {
        ("2026-03-02", "M1"): (16, 16, 5),
        **{(f"2026-03-{day:02}", "M1"): (9, 9, 5) for day in range(3, 9)},
        ("2026-03-09", "M1"): (70, 70, 35),
        ("2026-03-16", "M1"): (70, 70, 35),
        **{(f"2026-03-{day:02}", "M2"): (14, 14, 7) for day in (2, 9, 16)},
    }
    claims = staged.query(
        f"select sum(amount) as told from ({staged.sql['stg_klaviyo__claims__flows']}) where claim = 'opens'"
    )
    assert claims[0]["told"] == pytest.approx(3 * 42)


def test_a_report_by_month_alone_is_of_its_months(stage):
    months = FLOWS + "".join(
        f"2026-0{month}-01,F1,Welcome,M1,M1,Email,100,40,7,0,1,0.4\n" for month in (1, 2, 3)
    )
    rows = stage("klaviyo", {"klaviyo/flows.csv": months}).rows("stg_klaviyo__email_stats__flows")
    assert placed(rows, "sent_on", "sent") == {(f"2026-0{m}-01", "M1"): (100,) for m in (1, 2, 3)}


def test_a_sites_visits_of_a_week_are_those_of_its_days(stage):
    weeks = "date,visitors,pageviews,visits,bounce_rate,visit_duration\n" + "".join(
        f"2026-03-{day:02},50,200,70,50.0,60\n" for day in (2, 9, 16)
    )
    days = "date,visitors,pageviews,visits,bounce_rate,visit_duration\n" + "".join(
        f"2026-03-{day:02},5,20,{7 + day},50.0,60\n" for day in (2, 3)
    )
    staged = stage("plausible", {"plausible/visitors.csv": weeks, "plausible/visitors (1).csv": days})
    rows = staged.rows("stg_plausible__session_stats__visitors")
    by_day = {row["session_on"]: row["sessions"] for row in rows}
    assert sum(by_day.values()) == 210
    assert [by_day[f"2026-03-0{day}"] for day in (2, 3)] == [9, 10]
    assert sum(by_day[f"2026-03-0{day}"] for day in range(2, 9)) == 70
    assert sum(row["engaged_seconds"] for row in rows) == pytest.approx(210 * 60)


@pytest.mark.parametrize(
    ("source", "header", "row"),
    [
        ("microsoft_ads", "TimePeriod,CampaignName,Spend,Clicks", "{day},Lamps,{cost},1"),
        ("pinterest_ads", "Date,Campaign name,Spend,Clicks", "{day},Lamps,{cost},1"),
        ("tiktok_ads", "Date,Campaign name,Cost,Clicks (destination)", "{day},Lamps,{cost},1"),
        ("linkedin_ads", "Start Date (in UTC),Campaign Name,Total Spent,Clicks", "{day},Lamps,{cost},1"),
    ],
)
def test_cost_by_month_beside_cost_by_day_is_spent_once(stage, source, header, row):
    months = [row.format(day=f"2026-0{month}-01", cost=310) for month in (1, 2, 3)]
    days = [row.format(day=f"2026-03-{day:02}", cost=20) for day in range(1, 6)]
    staged = stage(
        source,
        {
            f"{source}/by_month.csv": "\n".join([header, *months]),
            f"{source}/by_day.csv": "\n".join([header, *days]),
        },
    )
    by_month = staged.query(
        "select cast(date_trunc('month', spent_on) as date) as m, round(sum(amount), 6) as spent,"
        f" count(*) as days from ({staged.sql[f'stg_{source}__spend']}) group by 1 order by 1"
    )
    assert [(r["spent"], r["days"]) for r in by_month] == [(310, 31), (310, 28), (310, 31)]
    assert staged.query("select file, spaced from raw._files where spaced is not null") == [
        {"file": f"{source}/by_month.csv", "spaced": "month"}
    ]


@pytest.mark.parametrize(
    ("source", "file", "text", "told"),
    [
        (
            "linkedin_ads",
            "report.csv",
            "Report Start: March 2, 2026, 12:00 AM\nReport End: March 15, 2026, 11:59 PM\n\n"
            "Start Date (in UTC),Campaign Name,Total Spent\n03/02/2026,Lamps,70\n03/09/2026,Lamps,140\n",
            "its days are a week apart, so each row is read as a whole week's",
        ),
        (
            "plausible",
            "visitors.csv",
            "date,visits\n2026-01-01,310\n2026-02-01,280\n",
            "its days are first ones of months alone and are read as days",
        ),
        (
            "matomo",
            "visits.csv",
            "Date,Visits\n2026-03-02,70\n2026-03-09,140\n2026-03-16,70\n",
            "its days are first ones of weeks alone and are read as days",
        ),
    ],
)
def test_what_is_assumed_of_a_few_weeks_or_months_is_told(stage, tmp_path, source, file, text, told):
    staged = stage(source, {f"{source}/{file}": text})
    mine = [export for export in exports() if export.source == source]
    notices = read_notices(staged.connection, tmp_path / "exports", mine, exports())
    assert any(f"{source}/{file}: {told}" in notice.text for notice in notices)


KLAVIYO = (
    "Campaign Name,Send Time,Total Recipients,Successful Deliveries,Bounces,Unique Opens,Unique Clicks\n"
)
PAYPAL = "Date,Time,TimeZone,Type,Status,Currency,Gross,Balance\n"


@pytest.mark.parametrize(
    ("source", "older", "newer", "told"),
    [
        (
            "klaviyo",
            f"{KLAVIYO}Spring,2026-03-02 10:00:00,100,100,0,40,4\n",
            f"{KLAVIYO}Spring,2026-03-08 10:00:00,100,100,0,40,4\nWinter,2026-01-08 10:00:00,9,9,0,4,4\n",
            ["Send Time", "Campaign ID"],
        ),
        (  # The newer file has ids, and the name more than once: still one row of the older.
            "klaviyo",
            f"{KLAVIYO}Spring,2026-03-02 10:00:00,100,100,0,40,4\n",
            f"Campaign ID,{KLAVIYO}C1,Spring,2026-03-08 10:00:00,100,100,0,40,4\n"
            "C2,Spring,2026-02-08 10:00:00,9,9,0,4,4\nC3,Winter,2026-01-08 10:00:00,9,9,0,4,4\n",
            ["Send Time", "Campaign ID"],
        ),
        (
            "klaviyo",
            f"{KLAVIYO}Weekly,2026-03-02 10:00:00,100,100,0,40,4\n",
            f"{KLAVIYO}Weekly,2026-03-09 10:00:00,100,100,0,40,4\n",
            [],
        ),
        (
            "paypal",
            f"{PAYPAL}05/14/2026,09:00:00,PDT,Website Payment,Completed,EUR,10.00,10.00\n",
            f"{PAYPAL}05/14/2026,08:00:00,UTC,Website Payment,Completed,EUR,5.00,5.00\n"
            "05/14/2026,16:00:00,UTC,Website Payment,Completed,EUR,10.00,10.00\n",
            ["Date", "Transaction ID"],
        ),
    ],
)
def test_what_a_newer_file_tells_with_another_time_and_no_id_counts_twice_and_is_told(
    stage, tmp_path, source, older, newer, told
):
    staged = stage(source, {f"{source}/campaigns_1.csv": older, f"{source}/campaigns_2.csv": newer})
    mine = [export for export in exports() if export.source == source]
    texts = [
        notice.text
        for notice in read_notices(staged.connection, tmp_path / "exports", mine, exports())
        if "both count" in notice.text and "campaigns_2.csv tells 1 row" in notice.text
    ]
    assert len(texts) == bool(told)
    assert all(word in texts[0] for word in told)
