"""Every tool tells of everything: each thing counts once, and it is the same whichever tool told it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from builds import Build

# What tells of a campaign's messages, and where its counts stand.
COUNTS = "select campaign, sum(unique_opens), sum(delivered) from core."
EVENTS = COUNTS + "email_performance where source = '{}' group by campaign"
REPORT = COUNTS + "email_reports where export = '{}' group by campaign"
TELLERS = {
    "Klaviyo's events": EVENTS.format("klaviyo"),
    "Klaviyo's report": REPORT.format("klaviyo__campaign_performance"),
    "HubSpot's events": EVENTS.format("hubspot"),
    "Brevo's recipients": EVENTS.format("brevo"),
    "Mailchimp's sent-to and activity": EVENTS.format("mailchimp"),
    "Mailchimp's report": REPORT.format("mailchimp__campaigns"),
    "Marketo's activities": EVENTS.format("marketo"),
    "Mautic's tables": EVENTS.format("mautic"),
    "SendGrid's events": EVENTS.format("sendgrid"),
    "Iterable's events": EVENTS.format("iterable"),
    "Braze Currents": EVENTS.format("braze"),
    "Customer.io's metrics": EVENTS.format("customerio"),
    "ActiveCampaign's report": REPORT.format("activecampaign__campaigns"),
}


@pytest.fixture(scope="module")
def truth(shared_world_build: Build) -> dict[str, Any]:
    """What was planted."""
    path = shared_world_build.output.parent / "exports/truth.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def warehouse(shared_world_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working tables."""
    with duckdb.connect(str(shared_world_build.warehouse), read_only=True) as connection:
        yield connection


def of_months(warehouse: duckdb.DuckDBPyConnection, kpi: str, what: str = "numerator") -> dict[str, float]:
    """A KPI's monthly figures."""
    return dict(
        warehouse.execute(
            f"select strftime(period_start, '%Y-%m'), {what} from kpi.{kpi}"
            " where period_grain = 'month' and dimension = 'all'"
        ).fetchall()
    )


@pytest.fixture(scope="module")
def told_by_events(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    """The campaigns of which Klaviyo's events and its report both tell."""
    rows = warehouse.execute("select distinct campaign from core.email_messages where source = 'klaviyo'")
    return {campaign for (campaign,) in rows.fetchall()}


@pytest.mark.parametrize("teller", TELLERS)
def test_an_open_rate_is_the_same_whichever_tool_tells(
    teller: str,
    told_by_events: set[str],
    truth: dict[str, Any],
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    planted = {
        truth["campaigns"]["klaviyo"][mailing]["name"]: counts["unique_opens"] / counts["delivered"]
        for mailing, counts in truth["email"]["by_campaign"]["klaviyo"].items()
        if counts["delivered"]
    }
    told = {
        campaign: opens / delivered
        for campaign, opens, delivered in warehouse.execute(TELLERS[teller]).fetchall()
        if campaign in told_by_events
    }
    assert told == {campaign: planted[campaign] for campaign in told_by_events}
    assert len(told) > 1
    assert 0 < min(told.values()) < 1


@pytest.mark.parametrize(
    "tool",
    ["klaviyo", "hubspot", "marketo", "mautic", "sendgrid", "iterable", "braze", "customerio", "generic"],
)
def test_a_tools_rate_over_all_is_what_was_planted(
    tool: str, truth: dict[str, Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    planted: Counter[str] = Counter()
    for mailing, counts in truth["email"]["by_campaign"][tool].items():
        if truth["campaigns"][tool][mailing]["channel"] == "email":
            planted.update(counts)
    told = warehouse.execute(
        "select sum(numerator), sum(denominator) from kpi.open_rate"
        " where period_grain = 'year' and dimension = 'source' and dimension_value = ?",
        [tool],
    ).fetchone()
    assert told == (planted["unique_opens"], planted["delivered"])


def test_messages_told_by_klaviyos_report_and_events_count_once(
    told_by_events: set[str], truth: dict[str, Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    planted = {
        truth["campaigns"]["klaviyo"][mailing]["name"]: counts["sent"]
        for mailing, counts in truth["email"]["by_campaign"]["klaviyo"].items()
    }
    sent = dict(
        warehouse.execute(
            "select campaign, sum(sent) from core.email_performance where source = 'klaviyo' group by 1"
        ).fetchall()
    )
    reported = warehouse.execute(
        "select distinct campaign from core.email_reports where export = 'klaviyo__campaign_performance'"
    ).fetchall()
    assert told_by_events <= {campaign for (campaign,) in reported}
    assert {campaign: sent[campaign] for campaign in told_by_events} == {
        campaign: planted[campaign] for campaign in told_by_events
    }


@pytest.mark.parametrize("payments", ["stripe__payments", "paypal__activity"])
def test_an_order_of_shopify_and_its_payment_are_one_purchase(
    payments: str, truth: dict[str, Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    planted = {
        month: sales["purchases"] for month, sales in truth["sales"]["by_month"].items() if sales["purchases"]
    }
    assert of_months(warehouse, "order_count") == planted
    both = warehouse.execute(
        "select count(*) filter (export = 'shopify__orders' and is_counted),"
        " count(*) filter (export = 'shopify__orders'),"
        " count(*) filter (export = ? and is_counted), count(*) filter (export = ?) from core.order_reports",
        [payments, payments],
    ).fetchone()
    assert both
    assert both[0] == both[1] > 0, "Shopify's order stands"
    assert 0 < both[2] < both[3], "what a payment alone tells of counts, what pays an order does not"


def test_a_session_in_ga4s_report_and_events_counts_once(
    truth: dict[str, Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    twice = warehouse.execute(
        "select session_on from core.web_days where source = 'ga4'"
        " group by session_on having count(distinct export) > 1"
    ).fetchall()
    assert twice
    planted = {month: figures["sessions"] for month, figures in truth["sessions"]["by_month"].items()}
    told = of_months(warehouse, "website_sessions")
    assert told
    assert {str(day)[:7] for (day,) in twice} <= told.keys()
    months = told.keys() - {min(told)}  # the reports begin in the midst of one
    assert {month: told[month] for month in months} == {month: planted[month] for month in months}


def test_a_sale_in_hubspot_and_salesforce_is_one(
    truth: dict[str, Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    kept = truth["deals"]["by_tool"].values()
    won, lost = (sum(deals[outcome] for deals in kept) for outcome in ("won", "lost"))
    rows = warehouse.execute(
        "select sum(numerator), sum(denominator) from kpi.opportunity_win_rate"
        " where period_grain = 'year' and dimension = 'all'"
    ).fetchone()
    assert rows == (won, won + lost)
    told = warehouse.execute("select count(*), count(*) filter (is_counted) from core.opportunity_reports")
    count = sum(sum(deals.values()) for deals in kept)
    assert told.fetchone() == (2 * count, count)


@pytest.mark.parametrize(
    ("export", "what", "why"),
    [
        ("klaviyo__campaign_performance", "campaign reports", "the same tool tells of the campaign and day"),
        ("paypal__activity", "orders", "another tool tells of the same sale"),
        ("stripe__payments", "orders", "another tool tells of the same sale"),
        ("ga4__traffic", "website sessions", "another export tells of the day"),
        ("plausible__sources", "website sessions", "another export tells of the day"),
        ("matomo__channels", "website sessions", "another export tells of the day"),
        ("hubspot__deals", "deals", "another tool tells of the same sale"),
    ],
)
def test_the_summary_says_what_was_set_aside(
    export: str, what: str, why: str, shared_world_build: Build
) -> None:
    (rows,) = (
        found
        for found in shared_world_build.result["set_aside"]
        if (found["export"], found["what"]) == (export, what) and found["reason"].startswith(why)
    )
    assert rows["row_count"] > 0
    line = rf"^ {export} +{what} +{rows['row_count']:,} +{re.escape(why)}"
    assert re.search(line, shared_world_build.stdout, re.MULTILINE)
