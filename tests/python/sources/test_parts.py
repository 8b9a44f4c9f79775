"""An export is somebody's query: its parts add up, and what two exports tell in different detail counts once."""

# ruff: noqa: E501  lines of files read best on one line

from __future__ import annotations

import re
from io import BytesIO

import pytest
import xlsxwriter

from runner.errors import RunError
from runner.ingest.notices.read_notices import read_notices
from sources.staged import exports, workbook

GOOGLE = """\
Search keyword report
"May 1, 2026 - May 2, 2026"
Day,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Clicks,Impr.,Cost,Conversions
2026-05-01,Enabled,lamp,Exact match,Lamps,Desk,EUR,10,100,4.00,1.00
2026-05-01,Enabled,lamp,Phrase match,Lamps,Desk,EUR,5,50,1.00,0.00
2026-05-01,Enabled,floor lamp,Exact match,Lamps,Floor,EUR,20,200,7.50,0.00
2026-05-01,Enabled,chair,Exact match,Chairs,All,EUR,4,40,2.25,0.00
2026-05-02,Enabled,floor lamp,Exact match,Lamps,Floor,EUR,12,120,6.00,1.00
Total: Keywords, --, --, --, --, --,EUR,51,510,20.75,2.00
"""
META_BREAKDOWN = """\
Day,Campaign name,Ad set name,Ad name,Gender,Age,Impressions,Amount spent (EUR)
2026-05-01,Lamps,Fans,Desk,female,25-34,100,1.50
2026-05-01,Lamps,Fans,Desk,male,25-34,80,1.25
2026-05-01,Lamps,Fans,Desk,female,35-44,60,0.75
2026-05-02,Lamps,Fans,Desk,female,25-34,110,1.60
"""
META_COPIES = """\
Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Amount spent (EUR)
2026-05-01,2026-05-01,Cold,Broad,Desk,180.68
2026-05-01,2026-05-01,Cold,Broad,Desk,12.30
2026-05-01,2026-05-01,Cold,Broad,Floor,43.43
"""
META_BY_ID = """\
Reporting starts,Reporting ends,Campaign name,Ads,Ad ID,Amount spent (EUR)
2026-05-01,2026-05-01,Cold,Desk,71,180.68
2026-05-01,2026-05-01,Cold,Desk,72,12.30
"""
MICROSOFT = """\
"Report Name: Keyword performance"
"Gregorian date","Account name","Campaign name","Campaign ID","Ad group","Keyword","Device type","Currency code","Impressions","Clicks","Spend"
"5/1/2026","Acme","Lamps","501","Desk","lamp","Computer","EUR","100","10","5.00"
"5/1/2026","Acme","Lamps","501","Floor","floor lamp","Smartphone","EUR","200","20","7.50"
"5/2/2026","Acme","Lamps","501","Floor","floor lamp","Smartphone","EUR","180","18","6.75"
"""
LINKEDIN = """\
Start Date (in UTC),Account Name,Campaign Name,Ad ID,Ad Headline,Total Spent
05/01/2026,Acme,Lamps,1,Desk,5.00
05/01/2026,Acme,Lamps,2,Desk,7.50
05/02/2026,Acme,Lamps,1,Desk,1.00
"""
TIKTOK = """\
Date,Campaign name,Ad name,Age,Cost,Currency
2026-05-01,Lamps,Desk,18-24,5.00,EUR
2026-05-01,Lamps,Desk,25-34,7.50,EUR
"""
SPEND = """\
date,channel,campaign,cost_type,amount
2026-05-01,print,Lamps,media,30
2026-05-01,print,Lamps,media,12
"""


def spent_by_day(stage, source, files):
    staged = stage(source, files)
    rows = staged.query(
        f"select spent_on, sum(amount) as amount from ({staged.sql[f'stg_{source}__spend']}) group by spent_on"
    )
    return {row["spent_on"]: round(row["amount"], 2) for row in rows}


@pytest.mark.parametrize(
    ("source", "name", "text", "first", "second"),
    [
        ("google_ads", "Search keyword report.csv", GOOGLE, 14.75, 6.0),
        ("meta_ads", "breakdown.csv", META_BREAKDOWN, 3.5, 1.6),
        ("meta_ads", "copies.csv", META_COPIES, 236.41, None),
        ("meta_ads", "ids.csv", META_BY_ID, 192.98, None),
        ("microsoft_ads", "keyword_report.csv", MICROSOFT, 12.5, 6.75),
        ("linkedin_ads", "ad_performance.csv", LINKEDIN, 12.5, 1.0),
        ("tiktok_ads", "ages.csv", TIKTOK, 12.5, None),
        ("generic", "spend.csv", SPEND, 42.0, None),
    ],
)
def test_parts_of_a_cost_add_up(stage, source, name, text, first, second):
    right = {"2026-05-01": first} | ({"2026-05-02": second} if second else {})
    assert spent_by_day(stage, source, {f"{source}/{name}": text}) == right


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
@pytest.mark.parametrize(
    ("source", "fine", "coarse", "right"),
    [
        ("google_ads", GOOGLE, "Day,Campaign,Cost\n2026-05-01,Lamps,13.50\n2026-05-01,Chairs,2.25\n2026-05-02,Lamps,6.00\n", (15.75, 6)),
        ("meta_ads", META_BREAKDOWN, "Day,Campaign name,Amount spent (EUR)\n2026-05-01,Lamps,4.50\n", (4.5, 1.6)),
        ("meta_ads", META_COPIES, META_BY_ID, (192.98, None)),
        ("microsoft_ads", MICROSOFT, "Gregorian date,Campaign name,Spend\n2026-05-01,Lamps,13.50\n2026-05-02,Lamps,6.75\n", (13.5, 6.75)),
        ("linkedin_ads", LINKEDIN, "Start Date (in UTC),Campaign Name,Total Spent\n05/01/2026,Lamps,13.50\n", (13.5, 1)),
        ("tiktok_ads", TIKTOK, "Date,Cost\n2026-05-01,13.50\n", (13.5, None)),
    ],
)  # fmt: skip
def test_a_finer_and_a_coarser_report_count_once_whatever_their_names(
    stage, source, fine, coarse, right, names
):
    files = {f"{source}/{names[0]}": fine, f"{source}/{names[1]}": coarse}
    told = {day: amount for day, amount in zip(("2026-05-01", "2026-05-02"), right, strict=True) if amount}
    assert spent_by_day(stage, source, files) == told


@pytest.mark.parametrize(
    ("source", "name", "text"),
    [
        ("google_ads", "weeks.csv", '"May 1, 2026 - May 7, 2026"\nWeek,Campaign,Cost\n2026-04-27,Lamps,3\n2026-05-04,Lamps,8\n'),
        ("microsoft_ads", "weeks.csv", '"Report Time: 5/1/2026,5/7/2026"\nWeek,Campaign name,Spend\n4/26/2026,Lamps,2\n5/3/2026,Lamps,9\n'),
        ("tiktok_ads", "Lamps (2026-05-01 to 2026-05-07).csv", "By Week,Cost\n2026-04-27 ~ 2026-05-03,3\n2026-05-04 ~ 2026-05-10,8\n"),
        ("pinterest_ads", "Lamps_20260501_20260507.csv", "Week,Campaign name,Spend\n2026-04-27,Lamps,3\n2026-05-04,Lamps,8\n"),
    ],
)  # fmt: skip
def test_the_cost_of_a_week_falls_on_its_days(stage, source, name, text):
    ends, first, second = (
        (2, 1, 1.8) if source == "microsoft_ads" else (3, 1, 2)
    )  # its weeks begin on Sundays
    right = {f"2026-05-0{day}": first if day <= ends else second for day in range(1, 8)}
    assert spent_by_day(stage, source, {f"{source}/{name}": text}) == right


@pytest.mark.parametrize(("source", "cost"), [("tiktok_ads", "Cost"), ("pinterest_ads", "Spend")])
def test_a_report_of_a_range_in_its_name_holds_what_others_tell_of_its_days(stage, source, cost):
    files = {
        f"{source}/all_20260501-20260504.csv": f"{cost}\n10\n",
        f"{source}/days.csv": f"Day,Campaign name,{cost}\n2026-05-02,Lamps,5\n2026-05-03,Chairs,1\n",
    }
    right = {"2026-05-01": 2, "2026-05-02": 5, "2026-05-03": 1, "2026-05-04": 2}
    assert spent_by_day(stage, source, files) == right


@pytest.mark.parametrize("source", ["meta_business", "instagram"])
def test_days_of_a_post_are_part_of_its_lifetime(stage, source):
    header = "Post ID,Publish time,Date,Views,Reach\n"
    files = {
        f"{source}/b.csv": f"{header}1,05/01/2026 10:00,Lifetime,100,9\n",
        f"{source}/c.csv": f"{header}1,05/01/2026 10:00,05/01/2026,60,5\n2,05/01/2026 10:00,05/02/2026,7,5\n",
    }
    rows = stage(source, files).rows(f"stg_{source}__social_posts", "post_id")
    assert [(row["active_on"], row["impressions"]) for row in rows] == [
        ("2026-05-01", 100),
        ("2026-05-02", 7),
    ]


def test_sessions_of_a_week_by_its_number_are_those_of_its_days(stage):
    text = "# Start date: 20251230\n# End date: 20260106\nSession default channel group,Week,Sessions\nDirect,53,4\nDirect,1,6\nDirect,2,9\n,,19\n"
    rows = stage("ga4", {"ga4/traffic.csv": text}).rows("stg_ga4__session_stats__traffic", "session_on")
    assert [row["sessions"] for row in rows] == [2, 2, 2, 2, 2, 3, 3, 3]


DAYS = "".join(f"2026-05-0{day},Brand,{{}}{day}\n" for day in range(1, 6))
ACCOUNTS = {
    "google_ads": "Day,Campaign,Cost\n",
    "meta_ads": "Day,Campaign name,Amount spent (EUR)\n",
    "microsoft_ads": "Gregorian date,Campaign name,Spend\n",
    "linkedin_ads": "Start Date (in UTC),Campaign Name,Total Spent\n",
    "tiktok_ads": "Date,Campaign name,Cost\n",
    "pinterest_ads": "Date,Campaign name,Spend\n",
    "amazon_ads": "Date,Campaign Name,Spend\n",
}


@pytest.mark.parametrize(("source", "header"), ACCOUNTS.items())
def test_two_accounts_that_name_campaigns_alike_are_told_apart_by_their_folders(stage, source, header):
    files = {
        f"{source}/acme/a.csv": header + DAYS.format(*"11111"),
        f"{source}/bolt/a.csv": header + DAYS.format(*"22222"),
    }
    assert spent_by_day(stage, source, files) == {f"2026-05-0{day}": 30 + 2 * day for day in range(1, 6)}


@pytest.mark.parametrize(("source", "header"), ACCOUNTS.items())
def test_two_campaigns_of_one_name_cost_what_both_cost_whichever_files_tell_them(stage, source, header):
    """The third file tells the second campaign again; the fourth has no ids, and another campaign."""
    with_ids = header.replace("\n", ",Campaign ID\n")
    files = {
        f"{source}/1.csv": f"{with_ids}2026-05-01,Lamps,5,11\n",
        f"{source}/2.csv": f"{with_ids}2026-05-01,Lamps,7,12\n",
        f"{source}/3.csv": f"{with_ids}2026-05-01,Lamps,7,12\n2026-05-02,Lamps,1,12\n",
        f"{source}/4.csv": f"{header}2026-05-01,Chairs,2\n",
    }
    assert spent_by_day(stage, source, files) == {"2026-05-01": 14, "2026-05-02": 1}


def test_a_range_of_one_campaign_holds_no_days_of_another_of_its_name(stage):
    header = "Start Date,End Date,Campaign Name,Campaign ID,Spend\n"
    files = {
        "amazon_ads/may.csv": f"{header}2026-05-01,2026-05-10,Lamps,11,10\n",
        "amazon_ads/days.csv": f"{header}2026-05-01,2026-05-01,Lamps,12,7\n",
    }
    told = spent_by_day(stage, "amazon_ads", files)
    assert (told["2026-05-01"], sum(told.values())) == (8, 17)


def test_conversions_by_action_take_no_campaigns_cost_away(stage):
    files = {
        "google_ads/a.csv": "Day,Campaign,Device,Currency code,Cost,Conversions\n2026-05-01,Lamps,Phone,EUR,10.00,3.00\n",
        "google_ads/b.csv": "Day,Campaign,Conversion action,Currency code,Cost,Conversions\n"
        "2026-05-01,Lamps,Purchase,EUR, --,2.00\n2026-05-01,Lamps,Lead,EUR, --,1.00\n",
    }
    assert spent_by_day(stage, "google_ads", files) == {"2026-05-01": 10}


@pytest.mark.parametrize(("later", "is_told"), [("22222", True), ("11112", False)])
def test_files_that_may_be_of_two_accounts_are_told(stage, tmp_path, later, is_told):
    header = ACCOUNTS["google_ads"]
    files = {
        "google_ads/a.csv": header + DAYS.format(*"11111"),
        "google_ads/b.csv": header + DAYS.format(*later),
    }
    staged = stage("google_ads", files)
    mine = [export for export in exports() if export.source == "google_ads"]
    told = [notice.text for notice in read_notices(staged.connection, tmp_path / "exports", mine, exports())]
    assert any("if they are of two accounts" in text for text in told) is is_told


def test_a_range_of_one_account_holds_nothing_of_another_s_days(stage):
    files = {
        "google_ads/acme/a.csv": '"May 1, 2026 - May 2, 2026"\nCampaign,Cost\nBrand,40\n',
        "google_ads/bolt/b.csv": "Day,Campaign,Cost\n2026-05-02,Brand,5\n",
    }
    assert spent_by_day(stage, "google_ads", files) == {"2026-05-01": 20, "2026-05-02": 25}


@pytest.mark.parametrize(
    ("source", "euros", "dollars"),
    [
        ("meta_ads", "Day,Campaign name,Amount spent (EUR)\n", "Day,Campaign name,Amount spent (USD)\n"),
        ("tiktok_ads", "Date,Campaign name,Cost (EUR)\n", "Date,Campaign name,Cost (USD)\n"),
        ("google_ads", "Day,Currency code,Campaign,Cost\n", "USD"),
        ("linkedin_ads", "Start Date (in UTC),Currency,Campaign Name,Total Spent\n", "USD"),
        ("microsoft_ads", "Gregorian date,Currency code,Campaign name,Spend\n", "USD"),
    ],
)
def test_costs_in_two_currencies_are_of_two_accounts(stage, source, euros, dollars):
    row, wide = "2026-05-02,{}Brand,5\n", "2026-05-03,{}Brand,7\n"
    if dollars == "USD":
        texts = [euros + (row + wide).format(*[f"{currency},"] * 2) for currency in ("EUR", "USD")]
    else:
        texts = [header + (row + wide).format("", "") for header in (euros, dollars)]
    rows = stage(source, dict(zip((f"{source}/a.csv", f"{source}/b.csv"), texts, strict=True)))
    told = rows.query(
        f"select currency, sum(amount) as amount from ({rows.sql[f'stg_{source}__spend']})"
        " group by currency order by currency"
    )
    assert told == [{"currency": "EUR", "amount": 12}, {"currency": "USD", "amount": 12}]


@pytest.mark.parametrize(("source", "header"), ACCOUNTS.items())
def test_commas_and_points_are_read_as_the_file_has_them(stage, source, header):
    rows = '2026-05-01,Brand,"1.234,50"\n2026-05-02,Brand,"2.000,00"\n'
    assert spent_by_day(stage, source, {f"{source}/a.csv": header + rows}) == {
        "2026-05-01": 1234.5,
        "2026-05-02": 2000,
    }


COUNTRIES = {
    "google_ads": "Day,Campaign,Country/Territory (User location),Cost\n",
    "meta_ads": "Day,Campaign name,Country,Amount spent (EUR)\n",
    "microsoft_ads": "Gregorian date,Campaign name,Country/region,Spend\n",
    "linkedin_ads": "Start Date (in UTC),Campaign Name,Country Segment,Total Spent\n",
    "tiktok_ads": "Date,Campaign name,Country/Region,Cost\n",
    "pinterest_ads": "Date,Campaign name,Country,Spend\n",
}


@pytest.mark.parametrize(("source", "header"), COUNTRIES.items())
def test_reports_of_two_countries_complete_one_another_and_a_whole_goes_before_them(stage, source, header):
    files = {
        f"{source}/a.csv": f"{header}2026-05-01,Brand,DE,3\n2026-05-02,Brand,DE,3\n",
        f"{source}/b.csv": f"{header}2026-05-01,Brand,FR,4\n",
        f"{source}/c.csv": re.sub(",[^,]*(Count|Seg)[^,]*", "", header) + "2026-05-02,Brand,9\n",
    }
    assert spent_by_day(stage, source, files) == {"2026-05-01": 7, "2026-05-02": 9}


@pytest.mark.parametrize("report", ["traffic", "landing_pages"])
def test_sessions_of_two_countries_are_parts_of_a_day(stage, report):
    column, place = (
        ("Landing page", "/a") if report == "landing_pages" else ("Session default channel group", "Direct")
    )
    texts = [
        f"Date,{column},Country,Sessions\n20260501,{place},{country},5\n" for country in ("France", "Spain")
    ]
    rows = stage("ga4", dict(zip((f"ga4/{report}_1.csv", f"ga4/{report}_2.csv"), texts, strict=True)))
    assert sum(row["sessions"] for row in rows.rows(f"stg_ga4__session_stats__{report}")) == 10


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [
        ("acme_content_17.xlsx", "bolt_content_18.xlsx", 30),
        ("acme/content.xlsx", "bolt/content.xlsx", 30),
        ("acme_content_17.xlsx", "acme_content_18.xlsx", 20),
    ],
)
def test_pages_add_up_and_a_page_exported_again_does_not(stage, first, second, right):
    files = {}
    for name, count in ((first, 10), (second, 20)):
        file = BytesIO()
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet("Metrics")
            sheet.write_row(0, 0, ["Date", "Impressions (total)", "Reactions (total)"])
            sheet.write_row(1, 0, ["05/01/2026", count, count])
        files[f"linkedin_page/{name}"] = file.getvalue()
    rows = stage("linkedin_page", files).rows("stg_linkedin_page__social_posts")
    assert sum(row["reactions"] for row in rows) == right


def test_the_workbook_of_an_ad_platform_is_read_as_its_text_is(stage):
    text = 'Ad report,,\n"May 1, 2026 - May 2, 2026",,\nDay,Campaign,Cost\n2026-05-01,Lamps,5\n2026-05-02,Lamps,7.5\nTotal: Account,--,12.5\n'
    assert spent_by_day(stage, "google_ads", {"google_ads/report.xlsx": workbook(text)}) == {
        "2026-05-01": 5,
        "2026-05-02": 7.5,
    }


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("klaviyo", "Campaign Name,Send Time,Total Recipients,Unique Opens,Unique Clicks,Unsubscribes,Spam Complaints,Successful Deliveries,Bounces\nA,2026-05-01 10:00:00,100,40,5,1,0,98,2\nDraft,,0,0,0,0,0,0,0\n"),
        ("mailchimp", 'Title,Send Date,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Total Bounces,Unique Opens,Unique Clicks,Unsubscribes,Abuse Complaints,Unique Id\nA,"May 01, 2026 09:30 pm",100,98,1,1,2,40,5,1,0,u1\nDraft,n/a,0,0,0,0,0,0,0,0,0,u2\n'),
    ],
)  # fmt: skip
def test_a_campaign_that_was_never_sent_is_left_out(stage, source, text):
    staged = stage(source, {f"{source}/campaigns.csv": text})
    assert staged.query("select accepted, left_out, quarantined from raw._files") == [
        {"accepted": 1, "left_out": 1, "quarantined": 0}
    ]


def test_subjects_of_a_test_are_rows_of_their_own(stage):
    text = "date,campaign_id,subject,sent,delivered,unique_opens\n2026-05-07,ab,Hello,100,100,40\n2026-05-07,ab,Hi,100,100,20\n"
    rows = stage("generic", {"generic/email_stats.csv": text}).rows("stg_generic__email_stats", "subject")
    assert [(row["subject"], row["unique_opens"]) for row in rows] == [("Hello", 40), ("Hi", 20)]


def test_a_day_s_traffic_by_channel_and_by_source_is_the_day_s_traffic(stage):
    by_source = "Date,Session primary channel group (Default channel group),Session source,Sessions,Engaged sessions\n20260501,Direct,(direct),10,6\n20260501,Referral,a.example,5,5\n20260501,Referral,b.example,4,1\n"
    by_channel = "Date,Session primary channel group (Default channel group),Country,Sessions,Engaged sessions\n20260501,Direct,Spain,6,3\n20260501,Direct,Italy,4,3\n20260501,Referral,Italy,9,6\n"
    files = {"ga4/a_traffic.csv": by_source, "ga4/b_traffic.csv": by_channel}
    staged = stage("ga4", files)
    told = staged.query("select sum(sessions) as n, sum(engaged_sessions) as engaged from raw.ga4__traffic")
    assert told == [{"n": 19, "engaged": 12}]


@pytest.mark.parametrize(
    ("source", "text", "measure"),
    [
        ("youtube", "Content,Video publish time,Traffic source,Views,Watch time (hours)\nv,\"May 1, 2026\",Search,30,2\nv,\"May 1, 2026\",Browse,12,1\n", "sum(watch_seconds) / 3600"),
        ("x", "Tweet id,time,impressions,likes\np,2026-05-01 10:00 +0000,100,2\np,2026-05-01 10:00 +0000,20,1\n", "sum(reactions)"),
        ("instagram", "Post ID,Publish time,Reach,Likes,Placement\np,05/01/2026 10:00,10,2,Feed\np,05/01/2026 10:00,5,1,Explore\n", "sum(reactions)"),
    ],
)  # fmt: skip
def test_parts_of_a_post_add_up(stage, source, text, measure):
    staged = stage(source, {f"{source}/posts.csv": text})
    query = f"select cast({measure} as double) as n from ({staged.sql[f'stg_{source}__social_posts']})"
    assert staged.query(query) == [{"n": 3.0}]


def test_an_order_told_by_its_lines_is_refused_where_one_row_is_one_order(stage):
    text = "order_id,ordered_at,gross\no1,2026-05-01T10:00:00,10\no1,2026-05-01T10:00:00,5\n"
    with pytest.raises(RunError, match=r"lines 2 and 3: both are of the order_id but differ in gross"):
        stage("generic", {"generic/orders.csv": text})


@pytest.mark.parametrize(
    ("source", "text", "model", "day", "told"),
    [
        (
            "meta_ads",
            "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)\n46082,46082,A,2.5\n46083,46083,A,5\n",
            "stg_meta_ads__spend",
            "spent_on",
            [("2026-03-01", 2.5), ("2026-03-02", 5.0)],
        ),
        (
            "woocommerce",
            "Order ID,Date Created,Status,Total Amount\n1,46082.5,completed,2.5\n2,46083,completed,5\n",
            "stg_woocommerce__orders",
            "ordered_at",
            [("2026-03-01 12:00:00", 2.5), ("2026-03-02 00:00:00", 5.0)],
        ),
    ],
)
def test_a_sheets_days_may_be_numbers(stage, source, text, model, day, told):
    rows = stage(source, {f"{source}/report.xlsx": workbook(text)}).rows(model, day)
    assert [(row[day], row["amount" if "amount" in row else "gross"]) for row in rows] == told
