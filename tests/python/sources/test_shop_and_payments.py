"""Shopify's lines and refunds, Stripe's statuses."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

import numpy as np
import pytest

from demo import paypal, shopify, stripe, woocommerce
from demo.company import words
from demo.company.sales import CANCELLED

ORDERS = """\
Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Cancelled at,Refunded Amount
#1001,Ann@Home.example,partially_refunded,EUR,100.00,5.00,19.00,124.00,10.00,2026-05-31 23:30:00 -0200,1,Lamp,,24.00
#1001,,,,,,,,,2026-05-31 23:30:00 -0200,2,Yarn,,
#1002,ben@home.example,voided,EUR,10.00,0.00,1.90,11.90,0.00,2026-05-31 08:00:00 +0000,1,Yarn,2026-06-01 08:00:00 +0000,0.00
"""

PAYMENTS = """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Status,Customer Email,order_id (metadata)
ch_1,2026-05-31 23:30:00,124.00,24.00,eur,true,Shop,Paid,ann@home.example,#1001
ch_2,2026-05-31 23:31:00,11.90,0.00,eur,false,Declined,Failed,ben@home.example,
ch_3,2026-05-31 23:32:00,9.00,9.00,usd,true,#1003,Refunded,cy@home.example,
"""


def test_an_orders_own_columns_stand_on_its_first_line_and_its_items_are_not_orders(stage):
    rows = stage("shopify", {"shopify/orders.csv": ORDERS}).rows("stg_shopify__orders")
    told = [
        (row["order_id"], row["ordered_at"], row["status"], row["gross"], row["refunded"]) for row in rows
    ]
    assert told == [
        ("#1001", "2026-06-01 01:30:00", "partially_refunded", 124.0, 24.0),
        ("#1002", "2026-05-31 08:00:00", "cancelled", 11.9, 0.0),
    ]
    assert (rows[0]["tax"], rows[0]["shipping"], rows[0]["discount"]) == (19.0, 5.0, 10.0)


@pytest.mark.parametrize(
    ("subtotal", "shipping", "taxes", "duties", "total", "net"),
    [
        (100, 5, 19.95, "", 124.95, 100),  # on top
        (119, 5.95, 19.95, "", 124.95, 100),  # inside, as Subtotal + Shipping = Total tells
        (119, 0, 19, "", 119, 100),
        (100, 5, 19.95, 12, 136.95, 100),  # duties beside taxes on top
        (119, 5.95, 19.95, 12, 136.95, 100),  # and beside taxes inside
        (100, 10, 0, 15, 125, 100),  # sold abroad
        (100, 10, 0, 15, 110, 100),  # duties that were not charged here
        (100, 5, 19.95, "", 130, 105.05),  # a tip is revenue
        (119, 5.95, 19.95, "", 130, 105.05),  # beside taxes inside, too
        (119, 0, 19, "", 129, 110),
    ],
)
def test_an_orders_net_is_its_goods_wherever_the_tax_stands(
    stage, subtotal, shipping, taxes, duties, total, net
):
    header = "Name,Financial Status,Currency,Created at,Subtotal,Shipping,Taxes,Duties,Total"
    line = f"#1,paid,EUR,2026-05-31 08:00:00 +0000,{subtotal},{shipping},{taxes},{duties},{total}"
    (row,) = stage("shopify", {"shopify/orders.csv": f"{header}\n{line}\n"}).rows("stg_shopify__orders")
    assert row["gross"] - row["tax"] - row["shipping"] == pytest.approx(net)


def test_refunds_and_lost_disputes_stand_on_their_own_date_or_the_payments(stage):
    text = """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Refunded date (UTC),Disputed Amount,Dispute Date (UTC),Dispute Status
ch_1,2026-05-01 08:00:00,50,20,eur,Paid,2026-05-03 09:00:00,,,
ch_2,2026-05-02 08:00:00,50,0,eur,Refunded,,,,
ch_3,2026-05-03 08:00:00,50,0,eur,Paid,,50,2026-05-20 09:00:00,Lost
ch_4,2026-05-04 08:00:00,50,30,eur,Paid,,,,lost
ch_5,2026-05-05 08:00:00,50,0,eur,Paid,,50,2026-05-20 09:00:00,Won
ch_6,2026-05-06 08:00:00,50,50,eur,Refunded,,50,2026-05-20 09:00:00,Lost
"""
    rows = stage("stripe", {"stripe/payments.csv": text}).rows("stg_stripe__refunds", "refund_id")
    told = [
        (row["refund_id"], row["order_id"], row["refunded_at"], row["amount"], row["is_dispute"])
        for row in rows
    ]
    assert told == [
        ("ch_1:refund", "ch_1", "2026-05-03 09:00:00", 20.0, False),
        ("ch_2:refund", "ch_2", "2026-05-02 08:00:00", 50.0, False),
        ("ch_3:dispute", "ch_3", "2026-05-20 09:00:00", 50.0, True),
        ("ch_4:dispute", "ch_4", "2026-05-04 08:00:00", 20.0, True),
        ("ch_4:refund", "ch_4", "2026-05-04 08:00:00", 30.0, False),
        ("ch_6:refund", "ch_6", "2026-05-06 08:00:00", 50.0, False),
    ]


def test_a_newer_file_tells_of_the_refund(stage):
    older = ORDERS.replace("partially_refunded", "paid").replace(",,24.00\n", ",,0.00\n")
    rows = stage("shopify", {"shopify/orders_1.csv": older, "shopify/orders_2.csv": ORDERS}).rows(
        "stg_shopify__orders"
    )
    assert [(row["order_id"], row["refunded"]) for row in rows] == [("#1001", 24.0), ("#1002", 0.0)]


@pytest.mark.parametrize("names", [("de", "uk"), ("uk", "de")])
def test_two_shops_orders_of_one_number_are_two_where_the_file_tells_their_ids(stage, names):
    header = "Name,Email,Financial Status,Created at,Currency,Total,Refunded Amount,Id\n"
    orders = {
        "de": f"{header}#1001,a@example.com,paid,2026-05-01 10:00:00 +0200,EUR,100.00,0.00,4001\n",
        "uk": f"{header}#1001,b@example.com,paid,2026-05-08 10:00:00 +0100,GBP,50.00,0.00,5001\n"
        "#1002,c@example.com,paid,2026-05-08 10:00:00 +0100,GBP,20.00,0.00,5002\n",
    }
    files = {f"shopify/orders_{place}.csv": orders[name] for place, name in enumerate(names)}
    again = (
        orders["uk"].replace("20.00,0.00,5002", "20.00,20.00,5002").replace(",Id", "").replace(",5002", "")
    )
    again = again.replace("\n#1001,b@example.com,paid,2026-05-08 10:00:00 +0100,GBP,50.00,0.00,5001", "")
    rows = stage("shopify", {**files, "shopify/orders_2.csv": again}).rows("stg_shopify__orders", "order_id")
    assert [(row["order_id"], row["gross"], row["refunded"]) for row in rows] == [
        ("#1001 4001", 100, 0),
        ("#1001 5001", 50, 0),
        ("#1002", 20, 20),
    ]


def test_failed_and_uncaptured_payments_are_no_sale_and_the_order_is_named(stage):
    rows = stage("stripe", {"stripe/payments.csv": PAYMENTS}).rows("stg_stripe__orders")
    assert [(row["order_id"], row["status"], row["currency"], row["gross"]) for row in rows] == [
        ("ch_1", "paid", "EUR", 124.0),
        ("ch_2", "cancelled", "EUR", 11.9),
        ("ch_3", "refunded", "USD", 9.0),
    ]
    assert [row["reference"] for row in rows] == ["#1001", "Declined", "#1003"]


@pytest.mark.parametrize(
    ("status", "captured", "means"),
    [
        ("Paid", "true", "paid"),
        ("Refunded", "true", "refunded"),
        ("Partial refund", "true", "partially_refunded"),
        ("Disputed", "true", "paid"),
        ("Failed", "true", "cancelled"),
        ("Canceled", "", "cancelled"),
        ("Pending", "", "cancelled"),
        ("requires_payment_method", "", "cancelled"),
        ("Paid", "false", "cancelled"),
        ("Paid", "", "paid"),
    ],
)
def test_a_payments_status_says_whether_it_is_a_sale(stage, status, captured, means):
    header, first, *_ = PAYMENTS.splitlines()
    line = first.replace(",Paid,", f",{status},").replace(",true,", f",{captured},")
    (row,) = stage("stripe", {"stripe/payments.csv": f"{header}\n{line}\n"}).rows("stg_stripe__orders")
    assert row["status"] == means


SUBSCRIPTIONS = """\
id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),Start Date (UTC),Trial End (UTC),Ended At (UTC),Canceled At (UTC)
sub_1,cus_1,ann@home.example,plus,3,usd,month,10.00,active,2026-05-31 23:30:00,2026-06-15 08:00:00,2026-04-30 23:30:00,,,2026-06-20 10:00:00
sub_2,cus_2,ben@home.example,plus,,eur,year,120.00,canceled,2026-05-01 08:00:00,2026-05-01 08:00:00,,2026-05-15 23:59:00,2026-06-01 00:30:00,2026-05-20 10:00:00
sub_3,cus_3,,basic,1,eur,week,7.00,paused,2026-05-01 08:00:00,2026-05-01 08:00:00,2026-05-01 08:00:00,2026-05-15 08:00:00,,
sub_4,cus_4,dee@home.example,plus,1,eur,month,10.00,incomplete,2026-05-01 08:00:00,2026-05-01 08:00:00,2026-05-01 08:00:00,,,
sub_5,cus_5,eve@home.example,plus,1,eur,month,10.00,canceled,2026-05-01 08:00:00,2026-05-01 08:00:00,2026-05-01 08:00:00,,,2026-05-20 10:00:00
"""


def test_a_subscription_runs_from_its_first_day_to_its_end_whenever_it_was_changed(stage):
    rows = stage("stripe", {"stripe/subscriptions.csv": SUBSCRIPTIONS}).rows("stg_stripe__subscriptions")
    days = ("started_on", "trial_ends_on", "paused_on", "ended_on")
    told = {row["subscription_id"]: tuple(row[day] for day in days) for row in rows}
    assert told == {
        "sub_1": ("2026-04-30", None, None, None),
        "sub_2": ("2026-05-01", "2026-05-15", None, "2026-06-01"),
        "sub_3": ("2026-05-01", "2026-05-15", "2026-05-15", None),
        "sub_5": ("2026-05-01", None, None, "2026-05-20"),
    }
    amounts = {row["subscription_id"]: (row["monthly_amount"], row["currency"]) for row in rows}
    assert amounts == {
        "sub_1": (30, "USD"),
        "sub_2": (pytest.approx(10), "EUR"),
        "sub_3": (pytest.approx(365 / 12), "EUR"),
        "sub_5": (10, "EUR"),
    }


def test_a_first_charge_that_failed_leaves_a_subscription_unpaid(stage):
    header = (
        "id,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),Trial End (UTC),"
        "Current Period Start (UTC)"
    )
    began, trial = "2026-04-01 08:00:00,2026-04-01 08:00:00", "2026-05-01 08:00:00"
    lines = (
        f"first,eur,month,9,past_due,{began},{trial},2026-05-01 08:00:00",
        f"second,eur,month,9,past_due,{began},{trial},2026-06-01 08:00:00",
        f"no_trial,eur,month,9,unpaid,{began},,2026-04-01 08:00:00",
        f"pays,eur,month,9,active,{began},{trial},2026-05-01 08:00:00",
    )
    text = "\n".join((header, *lines)) + "\n"
    rows = stage("stripe", {"stripe/subscriptions.csv": text}).rows("stg_stripe__subscriptions")
    assert {row["subscription_id"]: row["paused_on"] for row in rows} == {
        "first": "2026-05-01",
        "second": None,
        "no_trial": "2026-04-01",
        "pays": None,
    }


def test_a_customers_payments_and_subscriptions_are_one_persons(stage):
    payment = PAYMENTS.replace("order_id (metadata)", "Customer ID").replace("#1001\n", "cus_1\n")
    files = {"stripe/payments.csv": payment, "stripe/subscriptions.csv": SUBSCRIPTIONS}
    staged = stage("stripe", files)
    assert staged.rows("stg_stripe__orders")[0]["person_id"] == "cus_1"
    assert staged.rows("stg_stripe__refunds")[0]["person_id"] == "cus_1"
    assert staged.rows("stg_stripe__subscriptions")[0]["person_id"] == "cus_1"


@pytest.mark.parametrize("writer", [paypal, shopify, stripe, woocommerce])
def test_the_shop_sold_what_it_sold_whichever_tool_tells(stage, small_world, tmp_path, writer):
    writer.write(small_world, tmp_path / "exports" / writer.SOURCE)
    staged = stage(writer.SOURCE, tmp_path / "exports")
    rows = staged.rows(f"stg_{writer.SOURCE}__orders")
    orders = small_world.sales.orders
    sold = orders.status != CANCELLED
    if writer in (shopify, woocommerce):
        sold &= orders.stream == words.STREAMS.index("product")
    else:
        sold &= small_world.is_payment_of(writer.SOURCE)
    kept = [row for row in rows if row["status"] != "cancelled"]
    assert sum(row["gross"] for row in kept) == pytest.approx(float(np.sum(orders.gross[sold])) / 100)
    given_back = [row["refunded"] for row in kept]
    if writer is paypal:
        given_back = [row["amount"] for row in staged.rows("stg_paypal__refunds")]
    assert sum(given_back) == pytest.approx(float(np.sum(orders.refunded[sold])) / 100)
