"""The ad platforms' cost reports: preambles, totals, currencies in headers, periods, UTF-16."""

from __future__ import annotations

import pytest

from demo import (
    amazon_ads,
    google_ads,
    linkedin_ads,
    meta_ads,
    microsoft_ads,
    pinterest_ads,
    tiktok_ads,
)
from runner.errors import RunError
from runner.ingest.notices.read_notices import read_notices
from sources.staged import exports

GOOGLE = """\
Campaign report
May 1, 2026 - May 2, 2026
Day,Campaign,Campaign type,Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost,Conversions
2026-05-01,Brand,Search,"1,751",20,2.97%,EUR,0.51,"1,205.58",1.00
2026-05-02,Films,Video, --, --, --,EUR, --, --,0.00
Total: Campaigns, --, --,"1,751",20, --,EUR, --,"1,205.58", --
Total: Account, --, --,"1,751",20, --,EUR, --,"1,205.58", --
"""


def spent(stage, source, files):
    rows = stage(source, files).rows(f"stg_{source}__spend", "spent_on, campaign")
    return [
        (
            row["spent_on"],
            row["channel"],
            row["campaign"],
            row["amount"] and round(row["amount"], 9),
            row["currency"],
        )
        for row in rows
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_google_preamble_and_totals_are_no_spend_and_two_dashes_are_none(stage, delimiter):
    text = GOOGLE if delimiter == "," else GOOGLE.replace('"', "").replace(",", "\t")
    text = text.replace("1\t751", "1,751").replace("1\t205.58", "1,205.58").replace("1\t ", "1, ")
    assert spent(stage, "google_ads", {"google_ads/campaigns.csv": text}) == [
        ("2026-05-01", "paid_search", "Brand", 1205.58, "EUR"),
        ("2026-05-02", "paid_video", "Films", None, "EUR"),
    ]


def test_a_google_row_without_its_day_is_a_bad_one(stage):
    staged = stage("google_ads", {"google_ads/a.csv": "Day,Campaign,Cost\n2026-05-01,Brand,5\n,Films,7\n"})
    assert [row["amount"] for row in staged.rows("stg_google_ads__spend")] == [5.0]
    assert staged.query("select accepted, quarantined from raw._files") == [{"accepted": 1, "quarantined": 1}]


def test_a_google_report_without_days_is_refused_by_name(stage):
    text = "Campaign report\nMay 2026\nCampaign,Cost\nBrand,5.00\n"
    with pytest.raises(
        RunError, match=r"google_ads/campaigns\.csv.*no line before it tells which days.*segment Day"
    ):
        stage("google_ads", {"google_ads/campaigns.csv": text})


def test_meta_takes_the_currency_from_the_header_and_spreads_a_period_over_its_days(stage):
    text = """\
Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Amount spent (USD),Purchases
2026-05-01,2026-05-04,Lookalike,A,1,10.00,3
2026-05-05,2026-05-05,Lookalike,A,1,7.00,
"""
    assert spent(stage, "meta_ads", {"meta_ads/ads.csv": text}) == [
        *((f"2026-05-0{day}", "paid_social", "Lookalike", 2.5, "USD") for day in (1, 2, 3, 4)),
        ("2026-05-05", "paid_social", "Lookalike", 7.0, "USD"),
    ]


def test_a_day_that_metas_range_and_a_row_of_its_own_both_tell_counts_once(stage):
    text = """\
Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Amount spent (USD)
2026-05-01,2026-05-04,Lookalike,A,1,10.00
2026-05-04,2026-05-04,Lookalike,A,1,7.00
2026-05-05,2026-05-05,Lookalike,A,1,7.00
2026-05-04,2026-05-04,Retargeting,A,2,7.00
"""
    assert spent(stage, "meta_ads", {"meta_ads/ads.csv": text}) == [
        *((f"2026-05-0{day}", "paid_social", "Lookalike", 1.0, "USD") for day in (1, 2, 3)),
        ("2026-05-04", "paid_social", "Lookalike", 7.0, "USD"),
        ("2026-05-04", "paid_social", "Retargeting", 7.0, "USD"),
        ("2026-05-05", "paid_social", "Lookalike", 7.0, "USD"),
    ]


def test_what_months_and_days_tell_is_taken_off_a_lifetime_of_more_than_a_thousand_days(stage):
    header = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
    files = {
        "meta_ads/lifetime.csv": f"{header}2023-01-01,2026-01-29,Lookalike,11250.00\n",
        "meta_ads/may.csv": f"{header}2023-05-01,2023-05-31,Lookalike,700.00\n",
        "meta_ads/may_1.csv": f"{header}2023-05-01,2023-05-01,Lookalike,90.00\n",
        "meta_ads/june_1.csv": f"{header}2023-06-01,2023-06-01,Lookalike,2.00\n",
    }
    days = {day: amount for day, _, _, amount, _ in spent(stage, "meta_ads", files)}
    assert len(days) == 1125
    assert sum(days.values()) == pytest.approx(11250)
    assert sum(amount for day, amount in days.items() if day.startswith("2023-05")) == pytest.approx(700)
    assert (days["2023-05-01"], days["2023-06-01"]) == (90, 2)


def test_of_ranges_that_cross_the_shorter_tells_the_days_of_both_and_each_keeps_its_sum(stage):
    header = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
    text = f"{header}2026-05-01,2026-05-04,Lookalike,8.00\n2026-05-04,2026-05-08,Lookalike,5.00\n"
    assert [amount for _, _, _, amount, _ in spent(stage, "meta_ads", {"meta_ads/ads.csv": text})] == [
        *(2.0, 2.0, 2.0, 2.0),
        *(0.75, 0.75, 0.75, 0.75),
    ]


def test_every_month_keeps_its_sum_beside_weeks_that_cross_it_and_a_quarter_and_a_lifetime_around(stage):
    header = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)\n"
    files = {
        "meta_ads/week.csv": f"{header}2026-01-26,2026-02-01,Lookalike,70.00\n",
        "meta_ads/months.csv": f"{header}2026-01-01,2026-01-31,Lookalike,310.00\n"
        "2026-02-01,2026-02-28,Lookalike,280.00\n",
        "meta_ads/quarter.csv": f"{header}2026-01-01,2026-03-31,Lookalike,900.00\n",
        "meta_ads/lifetime.csv": f"{header}2025-01-01,2026-12-31,Lookalike,2000.00\n",
        "meta_ads/days.csv": f"{header}2026-01-01,2026-01-01,Lookalike,50.00\n",
        "meta_ads/other.csv": f"{header}2026-02-14,2026-02-14,Retargeting,5.00\n",
    }
    months: dict[str, float] = {}
    for day, _, campaign, amount, _ in spent(stage, "meta_ads", files):
        if campaign == "Lookalike":
            months[day[:7]] = months.get(day[:7], 0) + amount
    assert sum(months.values()) == pytest.approx(2000)
    told = [months[f"2026-0{month}"] for month in (1, 2, 3)]
    assert told == pytest.approx([310, 280, 310])


GOOGLE_RANGE = """\
Campaign report
"March 1, 2026 - March 4, 2026"
Campaign state,Campaign,Campaign type,Clicks,Impr.,Currency code,Cost
Enabled,Brand,Search,4,20,EUR,10.00
Total: Campaigns, --, --,4,20,EUR,10.00
Total: Account, --, --,4,20,EUR,10.00
"""


def test_a_google_report_without_days_is_of_the_range_that_stands_before_its_header(stage):
    assert spent(stage, "google_ads", {"google_ads/campaigns.csv": GOOGLE_RANGE}) == [
        (f"2026-03-0{day}", "paid_search", "Brand", 2.5, "EUR") for day in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    "line",
    ["1 March 2026 – 1 March 2026", "Mar 1, 2026 - Mar 1, 2026", "March 1, 2026", "2026-03-01 - 2026-03-01"],
)
def test_a_google_range_is_read_as_the_tool_writes_it(stage, line):
    text = GOOGLE_RANGE.replace("March 1, 2026 - March 4, 2026", line)
    assert spent(stage, "google_ads", {"google_ads/campaigns.csv": text}) == [
        ("2026-03-01", "paid_search", "Brand", 10.0, "EUR")
    ]


def test_a_title_that_looks_like_a_range_is_none(stage):
    text = GOOGLE_RANGE.replace("Campaign report", "Brand 1 - spring 2026")
    assert len(spent(stage, "google_ads", {"google_ads/campaigns.csv": text})) == 4


def test_a_google_day_of_its_own_goes_before_the_range(stage):
    days = "Campaign report\n2026\nDay,Campaign,Cost,Currency code\n2026-03-02,Brand,7.00,EUR\n"
    files = {"google_ads/range.csv": GOOGLE_RANGE, "google_ads/days.csv": days}
    assert [amount for _, _, _, amount, _ in spent(stage, "google_ads", files)] == [1.0, 7.0, 1.0, 1.0]


def test_a_range_that_cannot_be_read_is_refused_with_what_to_do(stage):
    text = GOOGLE_RANGE.replace("March 1, 2026 - March 4, 2026", "1 marca 2026 - 4 marca 2026")
    with pytest.raises(RunError, match=r"campaigns\.csv: .*'1 marca 2026'.*segment Day"):
        stage("google_ads", {"google_ads/campaigns.csv": text})


def test_a_linkedin_report_without_days_is_of_the_range_above_it(stage):
    text = (
        "Campaign Performance Report (in UTC)\n"
        '"Report Start: March 1, 2026, 12:00 AM"\n"Report End: March 2, 2026, 11:59 PM"\n\n'
        "Account Name\tCampaign Name\tTotal Spent\nShop\tGuides\t12.50\n"
    )
    assert spent(stage, "linkedin_ads", {"linkedin_ads/report.csv": text.encode("utf-16")}) == [
        (f"2026-03-0{day}", "paid_social", "Guides", 6.25, "EUR") for day in (1, 2)
    ]


def test_a_microsoft_summary_is_of_the_range_above_it(stage):
    text = """\
"Report Name: Campaign Performance Report"
"Report Time: 3/1/2026 - 3/2/2026"
"Time Zone: (GMT+01:00) Amsterdam"
"Report Aggregation: Summary"

"Account name","Campaign name","Campaign ID","Impressions","Clicks","Spend"
"Shop","Basics","7","10","1","0.75"

"©2026 Microsoft Corporation. All rights reserved. "
"""
    assert spent(stage, "microsoft_ads", {"microsoft_ads/campaigns.csv": "\ufeff" + text}) == [
        (f"2026-03-0{day}", "paid_search", "Basics", 0.375, "EUR") for day in (1, 2)
    ]


def test_metas_row_of_sums_is_no_campaign_and_a_column_day_goes_before_the_reporting_dates(stage):
    text = """\
Reporting starts,Reporting ends,Day,Campaign name,Amount spent (USD)
2026-05-01,2026-05-02,,,17.00
2026-05-01,2026-05-02,2026-05-01,Lookalike,10.00
2026-05-01,2026-05-02,2026-05-02,Lookalike,7.00
"""
    staged = stage("meta_ads", {"meta_ads/ads.csv": text})
    assert [(row["spent_on"], row["amount"]) for row in staged.rows("stg_meta_ads__spend", "spent_on")] == [
        ("2026-05-01", 10.0),
        ("2026-05-02", 7.0),
    ]
    assert staged.query("select sum(quarantined) as n from raw._files") == [{"n": 0}]


def test_linkedin_is_read_in_utf_16_below_its_title(stage):
    text = (
        "Campaign Performance Report (in UTC)\n\n"
        "Start Date (in UTC)\tAccount Name\tCampaign Name\tTotal Spent\n05/31/2026\tShop\tGuides\t12.50\n"
    )
    assert spent(stage, "linkedin_ads", {"linkedin_ads/report.csv": text.encode("utf-16")}) == [
        ("2026-05-31", "paid_social", "Guides", 12.5, "EUR")
    ]


def test_microsoft_rows_are_days_and_neither_total_nor_copyright_is_one(stage):
    text = """\
Gregorian date,Campaign name,Campaign ID,Impressions,Clicks,Spend,Conversions
5/31/2026,Basics,7,10,1,0.75,0
Overall total,,,10,1,0.75,0
"©2026 Microsoft Corporation. All rights reserved. "
"""
    staged = stage("microsoft_ads", {"microsoft_ads/campaigns.csv": "\ufeff" + text})
    (row,) = staged.rows("stg_microsoft_ads__spend")
    told = [row[name] for name in ("spent_on", "channel", "campaign", "amount", "currency")]
    assert told == ["2026-05-31", "paid_search", "Basics", 0.75, "EUR"]
    assert staged.query("select accepted, quarantined from raw._files") == [{"accepted": 1, "quarantined": 0}]


@pytest.mark.parametrize(
    ("writer", "platform"),
    [
        (google_ads, "google"),
        (meta_ads, "meta"),
        (microsoft_ads, "microsoft"),
        (linkedin_ads, "linkedin"),
        (tiktok_ads, "tiktok"),
        (amazon_ads, "amazon"),
        (pinterest_ads, "pinterest"),
    ],
)
def test_the_company_spent_what_it_spent_whichever_platform_tells(
    stage, small_world, tmp_path, writer, platform
):
    writer.write(small_world, tmp_path / "exports" / writer.SOURCE)
    rows = stage(writer.SOURCE, tmp_path / "exports").rows(f"stg_{writer.SOURCE}__spend")
    ads = small_world.calendar.ads
    planted = sum(spent.cents for spent in small_world.media if ads[spent.ad].platform == platform)
    assert sum(row["amount"] for row in rows) == pytest.approx(planted / 100)


@pytest.mark.parametrize("source", ["meta_ads", "google_ads"])
def test_a_campaign_renamed_between_a_lifetime_and_a_daily_report_costs_once(stage, source):
    header = {
        "meta_ads": "Reporting starts,Reporting ends,Campaign name,Campaign ID,Amount spent (EUR)\n",
        "google_ads": "Day,Campaign,Campaign ID,Currency code,Cost,Impressions,Clicks\n",
    }[source]
    whole = {
        "meta_ads": f"{header}2026-03-01,2026-03-10,Mugs,120210000000000777,100\n",
        "google_ads": "Campaign report\n1 March 2026 - 10 March 2026\n"
        + header.removeprefix("Day,")
        + "Mugs,12345,EUR,100,1000,50\n",
    }[source]
    day = {
        "meta_ads": "2026-03-01,2026-03-01,Mugs new,120210000000000777,20\n",
        "google_ads": "2026-03-01,Mugs new,12345,EUR,20,200,10\n",
    }[source]
    rows = stage(
        source, {f"{source}/campaigns 1.csv": whole, f"{source}/campaigns 2.csv": header + day}
    ).rows(f"stg_{source}__spend")
    assert {row["campaign"] for row in rows} == {"Mugs new"}
    assert sum(row["amount"] for row in rows) == pytest.approx(100)
    assert sum(row["amount"] for row in rows if row["spent_on"] == "2026-03-01") == pytest.approx(20)


META = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)"


@pytest.mark.parametrize(
    ("source", "by_month", "by_day", "others"),
    [
        (
            "meta_ads",
            f"{META},Account name\n2026-03-01,2026-03-31,Brand,310,US\n",
            f"{META},Account name\n2026-03-02,2026-03-02,Brand,20,DE\n",
            f"{META}\n2026-03-02,2026-03-02,Other,5\n",
        ),
        (
            "google_ads",
            "Month,Campaign,Currency code,Cost\n2026-03-01,Brand,USD,310\n",
            "Day,Campaign,Currency code,Cost\n2026-03-02,Brand,EUR,20\n",
            "Day,Campaign,Cost\n2026-03-02,Other,5\n",
        ),
    ],
)
def test_a_file_that_names_no_account_makes_no_two_accounts_one(
    stage, tmp_path, source, by_month, by_day, others
):
    texts = {"month": by_month, "day": by_day, "others": others}
    staged = stage(source, {f"{source}/{name}.csv": text for name, text in texts.items()})
    rows = staged.rows(f"stg_{source}__spend", "spent_on, campaign")
    assert sum(row["amount"] for row in rows) == pytest.approx(335)
    assert [row["amount"] for row in rows if row["campaign"] == "Other"] == [5]
    mine = [export for export in exports() if export.source == source]
    notices = read_notices(staged.connection, tmp_path / "exports", mine, exports())
    assert not any("count once" in notice.text for notice in notices)
