"""Pinterest Ads' report: as its documentation has it, by day."""

from __future__ import annotations

import pytest

from runner.errors import RunError

REPORT = """\
Date,Campaign name,Ad group name,Ad name,Ad ID,{},Impressions,Pin clicks,CTR
2026-03-01,Boards,Homes,Pin,1,"1,234.50",1000,10,1.00%
2026-03-01,Boards,Homes,Pin,2,65.50,500,5,1.00%
2026-03-02,Boards,Homes,Pin,1,-,-,-,-
Total,,,,,"1,300.00",1500,15,1.00%
"""


@pytest.mark.parametrize(
    ("header", "currency"),
    [("Spend in account currency", "EUR"), ("Spend (USD)", "USD"), ("Spend in GBP", "GBP")],
)
def test_ads_of_one_name_add_up_a_total_is_none_and_the_header_may_tell_the_currency(stage, header, currency):
    rows = stage("pinterest_ads", {"pinterest_ads/report.csv": REPORT.format(header)}).rows(
        "stg_pinterest_ads__spend", "spent_on, amount"
    )
    assert [(row["spent_on"], row["campaign"], row["amount"]) for row in rows] == [
        ("2026-03-01", "Boards", 65.5),
        ("2026-03-01", "Boards", 1234.5),
        ("2026-03-02", "Boards", None),
    ]
    assert {(row["channel"], row["currency"]) for row in rows} == {("paid_social", currency)}


def test_a_report_without_days_is_refused_by_name(stage):
    with pytest.raises(RunError, match=r"pinterest_ads/report\.csv.*Date"):
        stage("pinterest_ads", {"pinterest_ads/report.csv": "Campaign name,Spend\nBoards,5.00\n"})
