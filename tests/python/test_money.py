"""Money as shops, processors and a CRM write it, end to end: a company west of Greenwich, a person a situation."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import builds
import duckdb
import pytest
from filelock import FileLock
from second_opinion.compare import differences, read_figures
from second_opinion.house import House
from second_opinion.opinions import opinions
from second_opinion.periods import Calendar

FILES = {
    "shopify/orders_export.csv": """\
Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem name,Cancelled at,Refunded Amount,Duties
#1,inside@home.example,paid,EUR,119.00,5.95,19.95,124.95,0.00,2026-01-05 10:00:00 +0000,Lamp,,0.00,
#2,ontop@home.example,paid,EUR,100.00,5.00,19.95,124.95,0.00,2026-02-05 10:00:00 +0000,Lamp,,0.00,
#3,abroad@home.example,paid,EUR,100.00,10.00,0.00,125.00,0.00,2025-12-05 10:00:00 +0000,Lamp,,0.00,15.00
#4,card@home.example,paid,EUR,100.00,0.00,0.00,100.00,0.00,2026-03-05 10:00:00 +0000,Lamp,,0.00,
#5,parts@home.example,paid,EUR,100.00,0.00,0.00,100.00,0.00,2026-04-05 10:00:00 +0000,Lamp,,0.00,
#6,gone@home.example,refunded,EUR,50.00,0.00,0.00,50.00,0.00,2025-11-05 10:00:00 +0000,Lamp,,0.00,
#7,some@home.example,partially_refunded,EUR,30.00,0.00,0.00,30.00,0.00,2025-11-05 10:00:00 +0000,Lamp,,0.00,
#9,file@home.example,partially_refunded,EUR,40.00,0.00,0.00,40.00,0.00,2025-02-03 10:00:00 +0000,Lamp,,10.00,
#8,lost@home.example,paid,EUR,80.00,0.00,0.00,80.00,0.00,2026-06-05 10:00:00 +0000,Lamp,,0.00,
#10,,paid,EUR,75.00,0.00,0.00,75.00,0.00,2026-05-03 15:00:00 +0000,Lamp,,0.00,
#11,parcels@home.example,paid,EUR,30.00,0.00,0.00,30.00,0.00,2026-05-04 15:00:00 +0000,Lamp,,0.00,
#12,parcels@home.example,paid,EUR,20.00,0.00,0.00,20.00,0.00,2026-05-04 15:00:01 +0000,Lamp,,0.00,
#13,silent@home.example,paid,EUR,100.00,0.00,0.00,100.00,0.00,2026-05-05 15:00:00 +0000,Lamp,,0.00,
""",
    "stripe/payments.csv": """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Status,Customer Email,Refunded date (UTC),Disputed Amount,Dispute Date (UTC),Dispute Status,order_id (metadata)
ch_4,2026-03-05 10:00:05,60.00,0.00,eur,true,,Paid,card@home.example,,,,,
ch_5a,2026-04-05 10:00:05,50.00,0.00,eur,true,,Paid,parts@home.example,,,,,
ch_5b,2026-05-20 10:00:05,50.00,0.00,eur,true,,Paid,parts@home.example,,,,,
ch_8,2026-06-05 10:00:05,80.00,0.00,eur,true,,Paid,lost@home.example,,80.00,2026-06-20 10:00:00,Lost,#8
ch_9,2026-06-06 10:00:05,40.00,0.00,eur,true,,Paid,won@home.example,,40.00,2026-06-20 10:00:00,Won,
ch_21,2025-03-05 15:00:05,25.00,0.00,eur,true,,Paid,guest@home.example,,,,,#21
ch_22,2025-04-05 15:00:05,35.00,0.00,eur,true,,Paid,kept@home.example,,,,,#22
ch_23,2025-04-06 15:00:05,45.00,45.00,eur,true,,Refunded,nothing@home.example,,,,,#23
ch_24,2025-04-07 15:00:05,55.00,0.00,eur,true,,Paid,again@home.example,,,,,
ch_31,2026-05-03 15:00:05,75.00,0.00,eur,true,,Paid,nameless@home.example,,,,,
ch_32,2026-05-04 15:00:05,50.00,0.00,eur,true,,Paid,parcels@home.example,,,,,
ch_33,2026-05-05 15:00:05,100.00,30.00,eur,true,,Paid,silent@home.example,2026-05-09 15:00:00,,,,#13
ch_10,2026-06-10 10:00:05,30.00,30.00,eur,true,,Refunded,back@home.example,2026-07-02 10:00:00,,,,
""",
    "woocommerce/orders.csv": """\
Order Number,Order Status,Order Date,Email (Billing),Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,Order Currency
#21,Completed,2025-03-05 10:00:00,,0.00,0.00,25.00,0.00,EUR
#22,Failed,2025-04-05 10:00:00,kept@home.example,0.00,0.00,35.00,0.00,EUR
#23,Cancelled,2025-04-06 10:00:00,nothing@home.example,0.00,0.00,45.00,0.00,EUR
#24,Cancelled,2025-04-07 10:00:00,again@home.example,0.00,0.00,55.00,0.00,EUR
""",
    "generic/orders.csv": """\
order_id,email,ordered_at,gross,tax,shipping,shipping_includes_tax,status
deal,b2b@home.example,2025-05-03 10:00,119,19,,,
day,day@home.example,2025-06-10,20,,,,
split1,split@home.example,2025-07-01 10:00,10,,,,
split2,split@home.example,2025-07-01 10:10,20,,,,
inside,gen@home.example,2025-08-01 10:00,124.95,19.95,5.95,true,
kept,return@home.example,2025-09-01 10:00,119,19,,,
return,return@home.example,2025-10-20 10:00,-59.50,-9.50,,,
all,all@home.example,2025-10-05 10:00,119,19,,,refunded
asked,asked@home.example,2025-12-06 10:00,119,19,,,
over,over@home.example,2025-05-20 10:00,10,,,,
twice1,twice@home.example,2026-05-06 10:00,100,,,,
twice2,twice@home.example,2026-05-07 10:00,100,,,,
returned1,twice@home.example,2026-05-08 10:00,-100,,,,
returned2,twice@home.example,2026-05-09 10:00,-100,,,,
late,late@home.example,2026-05-20 10:00,10,,,,
""",
    "generic/refunds.csv": """\
refund_id,order_id,refunded_at,amount
some,asked,2025-12-10 10:00,19
rest,asked,2025-12-20 10:00,
lost,,2025-12-21 10:00,
of the shop's,#9,2025-02-20 10:00,10
too much,over,2025-05-21 10:00,12
early,late,2026-05-10 10:00,10
""",
    "generic/subscriptions.csv": """\
subscription_id,email,plan,started_on,ended_on,monthly_amount
own,both@home.example,plus,2026-01-10,,9
one of two,two@home.example,plus,2026-05-01,,9
backwards,backwards@home.example,plus,2026-03-10,2026-03-01,9
""",
    "stripe/subscriptions.csv": """\
id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),Current Period Start (UTC),Trial End (UTC),Ended At (UTC)
sub_1,cus_1,both@home.example,Plus,1,eur,year,108.00,active,2026-01-10 15:00:00,2026-01-10 15:00:00,2026-01-10 15:00:00,,
sub_3,cus_3,two@home.example,plus,1,eur,month,9.00,active,2026-05-01 15:00:00,2026-05-01 15:00:00,2026-05-01 15:00:00,,
sub_4,cus_3,two@home.example,plus,1,eur,month,9.00,active,2026-05-01 15:00:00,2026-05-01 15:00:00,2026-05-01 15:00:00,,
sub_2,cus_2,late@home.example,Plus,1,eur,month,9.00,past_due,2026-02-01 15:00:00,2026-02-01 15:00:00,2026-02-15 15:00:00,2026-02-15 15:00:00,
""",
    "hubspot/contacts.csv": """\
Record ID,Email,Create Date,Last Modified Date,Original Source,Became a Lead Date,Became a Marketing Qualified Lead Date,Became a Sales Qualified Lead Date,Became an Opportunity Date,Became a Customer Date,First Page Seen,Merged record IDs
1,now@home.example,2025-06-02 10:00,2025-08-01 10:00,Organic search,2025-06-02 10:00,,,,,,2;3
2,day@home.example,2025-06-01 10:00,2025-07-01 10:00,Organic search,2025-06-01 10:00,,,,,,
""",
    "generic/opportunities.csv": """\
opportunity_id,email,created_at,closed_at,outcome,amount,pipeline
net,b2b@home.example,2025-04-01,2025-05-01,won,100,G
control,control@home.example,2026-01-01,2026-03-01,won,10,G
undated,undated@home.example,2026-01-01,,won,10,G
priceless,priceless@home.example,2026-03-01,2026-03-01,won,,P
""",
    "generic/touchpoints.csv": """\
touch_id,email,touched_at,channel
that day,day@home.example,2025-06-10 15:00,email
nobody,,2025-06-10 15:00,email
""",
    "salesforce/opportunities.csv": """\
Opportunity ID,Account Name,Opportunity Name,Stage,Amount Currency,Amount,Close Date,Created Date,Lead Source,Type
0061,Acme,One,Closed Won,EUR,100.00,3/1/2026,1/1/2026,Web,new
0062,Acme,Two,Closed Lost,EUR,70.00,3/31/2026,2/1/2026,Web,new
0063,Acme,Three,Closed Won,EUR,1000.00,6/30/2026,6/1/2026,Web,new
""",
}
# Net revenue by month of booking; months without any are left out.
REVENUE = {
    "2025-02": 30, "2025-03": 25, "2025-04": 90,
    "2025-05": 98, "2025-06": 20, "2025-07": 30, "2025-08": 100, "2025-09": 100, "2025-10": -50, "2025-11": 30,
    "2025-12": 100, "2026-01": 100, "2026-02": 100, "2026-03": 210, "2026-04": 100, "2026-05": 225, "2026-06": 1070, "2026-07": -30,
}  # fmt: skip


@pytest.fixture(scope="module")
def company(shared: Path, project: Path, prepare: builds.Prepare) -> Iterator[duckdb.DuckDBPyConnection]:
    """The company's working tables, in New York's days."""
    build = built(shared, project, prepare, "America/New_York")
    with duckdb.connect(str(build.warehouse), read_only=True) as connection:
        yield connection


def built(shared: Path, project: Path, prepare: builds.Prepare, zone: str) -> builds.Build:
    """The company's build in the days of a zone, once."""
    folder = shared / f"money_{zone.replace('/', '_')}"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            for name, text in FILES.items():
                path = folder / "exports" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            prepare(project, folder / "output")
            options = ("--exports", str(folder / "exports"), "--vars", f"{{reporting_timezone: {zone}}}")
            builds.run_to_files(project, folder / "output", *options)
    return builds.read_build(project, folder / "output")


def of_months(
    company: duckdb.DuckDBPyConnection, kpi: str, what: str = "value", **slices: str
) -> dict[str, Any]:
    """A KPI's figures by month, of all or of one slice; zeros and blanks left out."""
    ((dimension, value),) = slices.items() or [("all", "all")]
    rows = company.execute(
        f"select strftime(period_start, '%Y-%m'), {what} from kpi.kpis where kpi = ? and period_grain = 'month'"
        " and dimension = ? and dimension_value = ?",
        [kpi, dimension, value],
    ).fetchall()
    return {month: figure for month, figure in rows if figure}


def test_each_months_revenue_is_what_was_kept_without_tax_and_shipping(company):
    assert of_months(company, "total_revenue") == pytest.approx(REVENUE)


def test_what_was_taken_back_leaves_the_order_the_cohort_and_the_customer(company):
    kept = of_months(company, "customer_lifetime_value", "numerator")
    assert kept == of_months(company, "average_order_value", "numerator") | {"2026-03": 110.0}
    assert kept == pytest.approx(
        {month: amount for month, amount in REVENUE.items() if amount > 0}
        | {"2025-09": 50, "2026-03": 110, "2026-06": 40}
    )
    assert of_months(company, "order_count")["2025-10"] == 1, "a return is no order"


def test_an_order_of_a_guest_is_of_the_person_whom_its_payment_names(company):
    assert of_months(company, "new_customers")["2025-03"] == 1
    assert of_months(company, "known_customer_revenue_rate")["2025-03"] == 1


def test_a_guests_order_and_a_payment_of_its_sum_and_day_are_one_sale_and_so_is_a_payment_of_two_parcels(
    company,
):
    # A guest, two parcels, one who returned both orders, two more.
    assert of_months(company, "order_count")["2026-05"] == 7
    assert of_months(company, "known_customer_revenue_rate")["2026-05"] == 1


def test_a_payment_that_was_kept_counts_though_its_order_was_cancelled(company):
    assert of_months(company, "order_count")["2025-04"] == 2
    assert of_months(company, "new_customers")["2025-04"] == 2


def test_a_basket_that_was_split_is_one_purchase(company):
    assert of_months(company, "repeat_customer_revenue") == {}
    conversions = company.execute(
        "select net_revenue from core.attribution_conversions where converted_on = '2025-07-01'"
    ).fetchall()
    assert conversions == [(30.0,)]


def test_an_order_known_by_its_day_claims_the_touches_of_that_day(company):
    assert of_months(company, "attributed_revenue", channel="email") == {"2025-06": 20.0}


def test_a_closing_date_is_that_day_west_of_greenwich_too(company):
    assert of_months(company, "opportunity_win_rate", pipeline="new") == {"2026-03": 0.5, "2026-06": 1.0}
    days = company.execute(
        "select booked_on, sum(amount) from core.revenue where booking_type = 'deal' group by 1 order by 1"
    ).fetchall()
    assert [(str(day), amount) for day, amount in days] == [("2026-03-01", 110.0), ("2026-06-30", 1000.0)]
    cycles = company.execute(
        "select days_to_win from core.sales_cycles where source = 'salesforce' order by 1"
    )
    assert cycles.fetchall() == [(29,), (59,)]


def test_a_subscription_told_twice_counts_once_and_a_failed_first_charge_is_no_payment(company):
    assert of_months(company, "monthly_recurring_revenue")["2026-03"] == 9
    assert of_months(company, "monthly_recurring_revenue")["2026-05"] == 27, "two of one tool, one of another"
    assert of_months(company, "trial_conversion_rate", "denominator") == {"2026-02": 1}
    assert of_months(company, "trial_conversion_rate") == {}
    assert "2026-02" not in of_months(company, "churn_rate", "numerator")


def test_a_merged_contacts_address_and_ids_are_one_person(company):
    persons = company.execute(
        "select person_key from core.person_ids where source = 'hubspot'"
        " union select person_key from core.orders where order_id = 'day'"
    ).fetchall()
    assert len(persons) == 1


def test_what_counts_otherwise_than_written_is_named(company):
    named = company.execute(
        "select what, source, reason, row_count from core.set_aside order by all"
    ).fetchall()
    sums = company.execute("select row_count, amount from core.set_aside where amount is not null").fetchall()
    assert sums == [(1, 30.0)], "what a processor gave back and the order does not tell"
    assert named == [
        ("deals", "generic", "the same sale is an order", 1),
        ("deals", "generic", "won or lost, without a closing date: taken as open", 1),
        (
            "orders",
            "stripe",
            "a payment of an order of its sum and day, one of which names nobody: taken for one",
            1,
        ),
        ("orders", "stripe", "another tool tells of the same sale", 8),
        ("orders", "woocommerce", "cancelled, but its payment was taken and kept: that counts", 1),
        ("refunds", "generic", "without an amount, of no order that is told: they count nowhere", 1),
        ("refunds", "shopify", "of a part of an order, without an amount: the order counts in full", 1),
        (
            "refunds",
            "stripe",
            "given back by a processor: the order, which counts, does not tell of it",
            1,
        ),
        (
            "refunds",
            "stripe",
            "of an order that was cancelled or that another tool tells of: what that tells of refunds counts",
            1,
        ),
        ("revenue of deals", "generic", "won, without an amount: nobody knows what it brought", 1),
        ("subscriptions", "stripe", "another tool tells of the same subscription", 2),
        ("touches", "generic", "nobody is named", 1),
    ]


def test_what_counts_as_told_and_cannot_be_is_a_warning(shared, project, prepare):
    checks = built(shared, project, prepare, "UTC").result["checks"]
    warnings = {told["check"]: told["why"] for check in checks for told in check["findings"]}
    more = warnings["assert_no_order_gives_back_more_than_it_brought"]
    assert more == "1 row, such as source generic, order_id over, ordered_on 2025-05-20, net_revenue -2.0"
    assert "refund_id early" in warnings["assert_no_refund_comes_before_its_order"]
    assert "subscription_id backwards" in warnings["assert_no_subscription_ends_before_it_begins"]


def test_the_second_opinion_agrees_on_every_figure(shared, project, prepare):
    build = built(shared, project, prepare, "UTC")
    with duckdb.connect(str(build.warehouse), read_only=True) as connection:
        row = connection.execute("select first_day, as_of from raw._run").fetchone()
        figures = read_figures(
            connection.execute(
                "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator, value,"
                " value_low, value_high, is_complete from kpi.kpis"
            ).fetchall()
        )
    house = House(build.output.parent / "exports", Calendar(*row))
    found = [
        fault for kpi, figure in figures.items() for fault in differences(kpi, figure, opinions()[kpi](house))
    ]
    assert not found, "\n".join(found[:20])
