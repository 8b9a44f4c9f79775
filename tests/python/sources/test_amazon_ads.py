"""Amazon Ads' reports: signs of currencies, ranges and days, claims that are no revenue."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

import pytest

from runner.errors import RunError
from sources.staged import workbook

SUMMARY = """\
Start Date,End Date,Portfolio name,Campaign Type,Campaign Name,Status,Currency,Budget,Impressions,Last Year Impressions,Clicks,Spend,14 Day Total Orders (#),14 Day Total Sales (₹)
"Feb 1, 2020","Feb 4, 2020",Shop,Sponsored Products,Lamps,Enabled,INR,Rs.500.00,1000,,25,"Rs.1,201.68",7,"Rs.9,999.00"
"Feb 1, 2020","Feb 1, 2020",Shop,Sponsored Display,Homes,Enabled,INR,Rs.500.00,100,,2,Rs.20.00,,
"""
DAILY = """\
Date,Portfolio name,Campaign Name,Ad Group Name,Targeting,Match Type,Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)
2026-03-01,Shop,Lamps,Broad,lamp,BROAD,1000,10,"$1,234.56",$99.00,3
2026-03-01,Shop,Lamps,Broad,lantern,BROAD,500,5,$65.44,$0.00,0
2026-03-02,Shop,Lamps,Broad,lamp,BROAD,10,0,$0.00,$0.00,0
"""


def spent(stage, files):
    rows = stage("amazon_ads", files).rows("stg_amazon_ads__spend", "spent_on, channel, item")
    return [
        (row["spent_on"], row["channel"], row["campaign"], round(row["amount"], 9), row["currency"])
        for row in rows
    ]


def test_a_summary_is_spread_over_its_days_in_the_currency_that_its_column_names(stage):
    assert spent(stage, {"amazon_ads/report.csv": SUMMARY}) == [
        ("2020-02-01", "display", "Homes", 20.0, "INR"),
        *((f"2020-02-0{day}", "paid_shopping", "Lamps", 300.42, "INR") for day in (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize("is_workbook", [False, True])
def test_targets_of_one_day_add_up_and_the_sign_of_a_currency_is_no_currency(stage, is_workbook):
    content = workbook(DAILY) if is_workbook else "\ufeff" + DAILY
    rows = spent(stage, {f"amazon_ads/report.{'xlsx' if is_workbook else 'csv'}": content})
    assert rows == [
        ("2026-03-01", "paid_shopping", "Lamps", 1234.56, "EUR"),
        ("2026-03-01", "paid_shopping", "Lamps", 65.44, "EUR"),
        ("2026-03-02", "paid_shopping", "Lamps", 0.0, "EUR"),
    ]


def test_what_the_platform_claims_is_kept_apart(stage):
    staged = stage("amazon_ads", {"amazon_ads/report.csv": SUMMARY})
    assert staged.query(
        "select sum(claimed_sales) as sales, sum(claimed_orders) as orders from raw.amazon_ads__sponsored"
    ) == [{"sales": 9999.0, "orders": 7}]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_report_of_targets_does_not_count_beside_one_of_campaigns(stage, names):
    campaigns = "Date,Campaign Name,Spend\n2026-03-01,Lamps,$1300.00\n2026-03-02,Lamps,$0.00\n"
    files = dict(zip((f"amazon_ads/{name}.csv" for name in names), (DAILY, campaigns), strict=True))
    assert [row[3] for row in spent(stage, files)] == [1300.0, 0.0]


def test_a_report_without_dates_is_refused_by_name(stage):
    with pytest.raises(RunError, match=r"amazon_ads/report\.csv.*Date"):
        stage("amazon_ads", {"amazon_ads/report.csv": "Campaign Name,Spend\nLamps,5.00\n"})
