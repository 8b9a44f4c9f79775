"""What each tool claims for itself, as its own file prints it, and nothing where it prints none."""

from __future__ import annotations

META = """\
Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Purchases,Purchases conversion value,\
Attribution setting
2026-05-01,2026-05-02,Lamps,10.00,4,"1,300.50",7-day click or 1-day view
2026-05-03,2026-05-03,Lamps,5.00,,,7-day click
"""
LINKEDIN = """\
Campaign Performance Report (in UTC)

Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Name\tTotal Spent\tConversions\tView Conversions\t\
Total Conversion Value
05/01/2026\tShop\tUSD\tGuides\t12.00\t3\t1\t250.00
"""
GOOGLE = """\
Campaigns
"May 1, 2026 - May {day}, 2026"
Campaign,Currency code,Cost,Conversions,Conv. value
Lamps,EUR,{cost},{conversions},{value}
"""
KLAVIYO = """\
Campaign Name,Subject,List,Send Time,Total Recipients,Unique Placed Order,Revenue,Unique Opens,Open Rate,\
Unique Clicks,Unsubscribes,Spam Complaints,Successful Deliveries,Bounces,Bounce Rate,Campaign ID
Spring,Hello,All,2026-05-01 18:00:00,100.0,2.0,"€1,062.34",40.0,50.00%,8.0,1.0,0.0,80.0,20.0,20.00%,K1
Autumn,Hello,All,2026-05-02 18:00:00,10.0,0.0,N/A,0.0,0.00%,0.0,0.0,0.0,10.0,0.0,0.00%,K2
"""
AMAZON = """\
Start Date,End Date,Portfolio name,Currency,Campaign Name,Impressions,Clicks,Spend,14 Day Total Sales ,\
14 Day Total Orders (#)
"May 1, 2026","May 2, 2026",Shop,EUR,Lamps,100,9,€4.00,€59.00,1
"""


def claims(staged, source):
    rows = staged.rows(f"stg_{source}__claims", "claim, claimed_on, campaign")
    return [
        (row["claim"], row["claimed_on"], row["campaign"], round(row["amount"], 9), row["viewed"])
        for row in rows
    ]


def test_a_range_s_claims_are_spread_over_its_days_and_an_empty_one_is_none(stage):
    staged = stage("meta_ads", {"meta_ads/ads.csv": META})
    assert claims(staged, "meta_ads") == [
        ("conversions", "2026-05-01", "Lamps", 2.0, None),
        ("conversions", "2026-05-02", "Lamps", 2.0, None),
        ("revenue", "2026-05-01", "Lamps", 650.25, None),
        ("revenue", "2026-05-02", "Lamps", 650.25, None),
    ]
    rows = staged.rows("stg_meta_ads__claims")
    assert {row["claim_window"] for row in rows} == {"7-day click or 1-day view"}


def test_a_month_to_date_exported_again_claims_what_its_last_report_does(stage):
    told = {1: (10, 4, 100), 2: (20, 4, 100), 3: (30, 7, 400), 4: (30, 8, 450)}  # a late one without a cost
    files = {
        f"google_ads/report{(day * 3) % 5}.csv": GOOGLE.format(
            day=day, cost=cost, conversions=conversions, value=value
        )
        for day, (cost, conversions, value) in told.items()
    }
    assert claims(stage("google_ads", files), "google_ads") == [
        (claim, f"2026-05-0{day}", "Lamps", float(amount), None)
        for claim, amounts in (("conversions", (4, 0, 3, 1)), ("revenue", (100, 0, 300, 50)))
        for day, amount in enumerate(amounts, 1)
    ]


def test_what_came_after_a_view_alone_is_told_apart(stage):
    staged = stage("linkedin_ads", {"linkedin_ads/report.tsv": LINKEDIN})
    assert claims(staged, "linkedin_ads") == [
        ("conversions", "2026-05-01", "Guides", 3.0, 1.0),
        ("revenue", "2026-05-01", "Guides", 250.0, None),
    ]
    assert {row["currency"] for row in staged.rows("stg_linkedin_ads__claims")} == {"USD"}


def test_a_rate_is_its_count_over_what_the_tool_divides_by(stage):
    staged = stage("klaviyo", {"klaviyo/campaigns.csv": KLAVIYO})
    rows = {
        (row["claim"], row["campaign"]): (row["amount"], row["base"])
        for row in staged.rows("stg_klaviyo__claims__campaigns", "claim, campaign")
    }
    assert rows["open_rate", "K1"] == (40.0, 80.0)
    assert rows["bounce_rate", "K1"] == (20.0, 100.0)
    assert rows["revenue", "K1"] == (1062.34, None)
    # A claim that the file does not print is none, not 0.
    assert ("revenue", "K2") not in rows
    assert rows["opens", "K2"] == (0.0, None)


def test_amazon_claims_orders_and_sales_of_the_days_of_its_range(stage):
    staged = stage("amazon_ads", {"amazon_ads/report.csv": AMAZON})
    assert claims(staged, "amazon_ads") == [
        ("conversions", "2026-05-01", "Lamps", 0.5, None),
        ("conversions", "2026-05-02", "Lamps", 0.5, None),
        ("revenue", "2026-05-01", "Lamps", 29.5, None),
        ("revenue", "2026-05-02", "Lamps", 29.5, None),
    ]


def test_a_file_without_its_claims_claims_nothing(stage):
    text = "\n".join(",".join(line.split(",")[:4]) for line in META.replace('"1,300.50"', "").splitlines())
    assert claims(stage("meta_ads", {"meta_ads/ads.csv": text + "\n"}), "meta_ads") == []
