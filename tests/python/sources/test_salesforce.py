"""Salesforce's reports: footers, currencies, closed is not won, who an opportunity is of."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

import pytest

OPPORTUNITIES = """\
Opportunity ID,Account Name,Opportunity Name,Stage,Amount Currency,Amount,Close Date,Created Date,Lead Source,Type
006A,Mill Ltd,Lamps,Closed Won,USD,"$1,234,567",5/31/2026,1/2/2026,Trade Show,renewal
006B,Mill Ltd,Yarn,Closed Lost,EUR,"€1,400.00",2/1/2026,1/5/2026,Web,renewal
006C,Mill Ltd,Looms,Prospecting,EUR,"€900.00",12/31/2027,5/1/2026,Web,new business


"Opportunity Report"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"Confidential Information - Do Not Distribute"
"""

LEADS = """\
Lead ID,Created Date,Lead Source,Status,Converted,Converted Date,Converted Opportunity ID,Email,Rating
00Q1,12/1/2025,Trade Show,Qualified,1,1/2/2026,006A,Ann@Home.example,Hot
00Q2,12/3/2025,Web,Open,0,,,ben@home.example,

"Lead Report"
"""

FILES = {"salesforce/opportunities.csv": OPPORTUNITIES, "salesforce/leads.csv": LEADS}


def test_the_reports_name_below_the_data_is_no_opportunity_and_a_planned_closing_is_none(stage):
    rows = stage("salesforce", FILES).rows("stg_salesforce__opportunities", "opportunity_id")
    told = [
        (row["opportunity_id"], row["closed_at"], row["outcome"], row["amount"], row["currency"])
        for row in rows
    ]
    assert told == [
        ("006A", "2026-05-31 00:00:00", "won", 1234567.0, "USD"),
        ("006B", "2026-02-01 00:00:00", "lost", 1400.0, "EUR"),
        ("006C", None, None, 900.0, "EUR"),
    ]


def test_an_opportunity_is_of_the_lead_that_became_it(stage):
    staged = stage("salesforce", FILES)
    opportunity = staged.rows("stg_salesforce__opportunities", "opportunity_id")[0]
    leads = staged.rows("stg_salesforce__contacts", "person_id")
    assert opportunity["email_hash"] == leads[0]["email_hash"] is not None
    assert [(lead["lead_at"], lead["opportunity_at"], lead["channel"]) for lead in leads] == [
        ("2025-12-01 00:00:00", "2026-01-02 00:00:00", "event"),
        ("2025-12-03 00:00:00", None, "unassigned"),
    ]


def test_names_of_accounts_and_opportunities_are_stored_as_hashes_only(stage):
    staged = stage("salesforce", FILES)
    raw = staged.query("select * from raw.salesforce__opportunities")
    assert not any("Mill" in str(value) or "Lamps" in str(value) for row in raw for value in row.values())


def test_the_data_export_tells_what_became_of_a_deal_and_which_are_deleted(stage):
    text = """\
Id,IsDeleted,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CurrencyIsoCode,CreatedDate
0061,false,New,Signed,100.00,2026-03-10 00:00:00,true,true,EUR,2026-03-01 10:00:00
0062,false,Old,Dropped,50.00,2026-03-11 00:00:00,true,false,EUR,2026-03-01 10:00:00
0063,false,Open,Talks,70.00,2026-04-11 00:00:00,false,false,EUR,2026-03-01 10:00:00
0064,true,Gone,Signed,900.00,2026-03-12 00:00:00,true,true,EUR,2026-03-01 10:00:00
"""
    rows = stage("salesforce", {"salesforce/Opportunity.csv": text}).rows("stg_salesforce__opportunities")
    assert [(row["opportunity_id"], row["outcome"], row["closed_at"] is None) for row in rows] == [
        ("0061", "won", False),
        ("0062", "lost", False),
        ("0063", None, True),
    ]


WEEKLY = "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Close Date,Created Date\n"


def test_an_opportunity_that_was_renamed_between_two_exports_is_one(stage):
    files = {
        "salesforce/opportunities_1.csv": WEEKLY + "006A,Lamps,Mill,Talks,100,05/20/2026,05/15/2026\n",
        "salesforce/opportunities_2.csv": WEEKLY.replace("Account Name,", "")
        + "006A,More Lamps,Closed Won,200,05/20/2026,05/15/2026\n",
        "salesforce/opportunities_3.csv": WEEKLY
        + "006A,Lamps big,Mill Ltd,Closed Won,210,05/20/2026,05/15/2026\n"
        "006B,Lamps big,Mill Ltd,Talks,50,05/20/2026,05/16/2026\n",
    }
    rows = stage("salesforce", files).rows("stg_salesforce__opportunities", "opportunity_id")
    assert [(row["opportunity_id"], row["amount"]) for row in rows] == [("006A", 210.0), ("006B", 50.0)]


@pytest.mark.parametrize("newest_has_ids", [True, False])
def test_a_report_without_ids_tells_the_same_opportunities(stage, newest_has_ids):
    with_ids = WEEKLY + "006A,Lamps,Mill,Talks,100,05/20/2026,05/15/2026\n"
    without = WEEKLY.removeprefix("Opportunity ID,") + "Lamps,Mill,Talks,100,05/20/2026,05/15/2026\n"
    texts = (without, with_ids) if newest_has_ids else (with_ids, without)
    files = {f"salesforce/opportunities_{number}.csv": text for number, text in enumerate(texts)}
    (row,) = stage("salesforce", files).rows("stg_salesforce__opportunities")
    assert (row["opportunity_id"] == "006A") is newest_has_ids


def test_an_id_of_15_characters_is_that_of_18(stage):
    files = {
        "salesforce/opportunities.csv": WEEKLY
        + "0061v00000AbCdE,Lamps,Mill,Talks,100,05/20/2026,05/15/2026\n",
        "salesforce/Opportunity.csv": "Id,Name,StageName,Amount,CloseDate,CreatedDate\n"
        "0061v00000AbCdEAAV,Lamps,Talks,120,2026-05-20,2026-05-15 10:00:00\n"
        "0061v00000abCdEAAU,Lamps,Talks,7,2026-05-20,2026-05-15 10:00:00\n",
    }
    rows = stage("salesforce", files).rows("stg_salesforce__opportunities", "amount")
    assert [(row["opportunity_id"], row["amount"]) for row in rows] == [
        ("0061v00000abCdEAAU", 7.0),
        ("0061v00000AbCdEAAV", 120.0),
    ]
