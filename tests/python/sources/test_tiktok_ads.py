"""TikTok Ads' reports: workbooks and CSV, whatever they were asked to tell of, dashes for nothing."""

from __future__ import annotations

import pytest

from runner.errors import RunError
from sources.staged import workbook

BY_DAY = """\
Date,Cost,Cost per result,Impressions,CTR (destination),Clicks (destination),Conversions,Currency
2026-02-02,"1,012.50",-,90000,0.00278,250,-,USD
2026-02-01,12.50,6.25,900,0,0,2,USD
"""
BY_AD = """\
By Day,Campaign name,Ad group name,Ad name,Cost,Impressions,Clicks (destination),Currency
2026-02-02,Lamps,Homes,Film 1,7.50,600,5,GBP
2026-02-02,Lamps,Homes,Film 2,-,-,-,GBP
2026-02-01,Lamps,-,-,2.50,100,1,GBP
Total of 3 results,-,-,-,10.00,700,6,GBP
"""


def spent(stage, files):
    rows = stage("tiktok_ads", files).rows("stg_tiktok_ads__spend", "spent_on, item")
    return [(row["spent_on"], row["campaign"], row["item"], row["amount"], row["currency"]) for row in rows]


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_report_by_day_alone_tells_of_no_campaign(stage, is_workbook):
    text = BY_DAY.replace('"1,012.50"', "1012.50")
    files = {"tiktok_ads/r.xlsx": workbook(text)} if is_workbook else {"tiktok_ads/r.csv": BY_DAY}
    assert spent(stage, files) == [
        ("2026-02-01", None, None, 12.5, "USD"),
        ("2026-02-02", None, None, 1012.5, "USD"),
    ]


def test_ads_of_one_day_are_told_apart_a_dash_is_nothing_and_a_total_no_ad(stage):
    staged = stage("tiktok_ads", {"tiktok_ads/r.csv": "\ufeff" + BY_AD})
    assert [
        (row["spent_on"], row["campaign"], row["item"], row["amount"])
        for row in staged.rows("stg_tiktok_ads__spend", "spent_on, item")
    ] == [
        ("2026-02-01", "Lamps", None, 2.5),
        ("2026-02-02", "Lamps", "Homes / Film 1", 7.5),
        ("2026-02-02", "Lamps", "Homes / Film 2", None),
    ]
    assert staged.query("select sum(quarantined) as n from raw._files") == [{"n": 0}]


@pytest.mark.parametrize(("header", "currency"), [("Cost (SEK)", "SEK"), ("Spend", "EUR")])
def test_a_header_may_tell_the_currency_else_it_is_the_reporting_currency(stage, header, currency):
    text = f"Date,Campaign name,{header}\n2026-02-01,Lamps,5.00\n"
    assert spent(stage, {"tiktok_ads/r.csv": text}) == [("2026-02-01", "Lamps", None, 5.0, currency)]


def test_a_report_without_days_is_refused_by_name(stage):
    with pytest.raises(RunError, match=r"tiktok_ads/r\.csv.*Date"):
        stage("tiktok_ads", {"tiktok_ads/r.csv": "Campaign name,Cost\nLamps,5.00\n"})


def test_the_newer_file_tells_of_the_days_that_two_files_tell_of(stage):
    newer = BY_AD.replace("7.50", "8.00")
    rows = spent(stage, {"tiktok_ads/r_1.csv": BY_AD, "tiktok_ads/r_2.csv": newer})
    assert sum(row[3] or 0 for row in rows) == 10.5
