"""WooCommerce's orders by plugin: each order once, whatever the lines and headers; what was paid."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

import pytest

LINES = """\
Order ID,Date Created,Date Paid,Status,Customer ID,Name,Email,Product ID,Product Name,Category,Total Amount,Total Discount,Payment Method,Payment Method Title
101,2026-05-30 10:00:00,2026-05-30 10:01:00,completed,7,Ann,ann@home.example,1,Lamp,Home,150.00,10.00,stripe,Card
101,2026-05-30 10:00:00,2026-05-30 10:01:00,completed,7,Ann,ann@home.example,2,Yarn,Wool,150.00,10.00,stripe,Card
102,2026-05-31 11:00:00,,processing,0,Guest,guest@home.example,1,Lamp,Home,60.00,0,cod,Cash
"""
ADVANCED = """\
Order Number,Order Status,Order Date,Email (Billing),Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,Item Name
201,Completed,2026-05-30 10:00,ann@home.example,10,100,5,24,124.00,19,Lamp
,,,,,,,,,,Yarn
202,Refunded,2026-05-31 10:00,ben@home.example,0,10,0,0,11.90,1.90,Yarn
"""
SUITE = """\
order_id,order_number,order_date,status,shipping_total,shipping_tax_total,tax_total,discount_total,order_total,order_currency,transaction_id,customer_id,customer_email
9001,301,05/30/2026 16:29:00,wc-completed,5.00,0.95,19.95,0,124.95,USD,ch_1,12,ann@home.example
9002,302,06/01/2026 6:29:00,wc-on-hold,0,0,0,0,10.00,USD,,0,
"""
ANALYTICS = """\
Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue,Attribution
2026-05-30 10:00:00,401,"$1,100.00",completed,Ann,new,2× Lamp,2,,1100,Direct
"""


def orders(stage, text):
    return stage("woocommerce", {"woocommerce/orders.csv": text}).rows("stg_woocommerce__orders")


def test_an_order_counts_once_however_many_products_it_has(stage):
    assert [
        (row["order_id"], row["ordered_at"], row["status"], row["gross"], row["discount"], row["person_id"])
        for row in orders(stage, LINES)
    ] == [
        ("101", "2026-05-30 10:00:00", "paid", 150.0, 10.0, "7"),
        ("102", "2026-05-31 11:00:00", "paid", 60.0, 0.0, None),
    ]


def test_an_orders_columns_may_stand_on_its_first_line_alone_and_its_refund_beside_them(stage):
    assert [
        (row["order_id"], row["status"], row["gross"], row["tax"], row["shipping"], row["refunded"])
        for row in orders(stage, ADVANCED)
    ] == [("201", "paid", 124.0, 19.0, 5.0, 24.0), ("202", "refunded", 11.9, 1.9, 0.0, 11.9)]


def test_the_suites_months_come_first_where_one_date_says_so_and_it_names_the_payment(stage):
    assert [
        (row["order_id"], row["ordered_at"], row["status"], row["currency"], row["reference"])
        for row in orders(stage, SUITE)
    ] == [
        ("301", "2026-05-30 16:29:00", "paid", "USD", "ch_1"),
        ("302", "2026-06-01 06:29:00", "cancelled", "USD", None),
    ]


def test_analytics_tells_the_net_alone(stage):
    (row,) = orders(stage, ANALYTICS)
    assert (row["order_id"], row["gross"], row["tax"], row["currency"]) == ("401", 1100.0, None, "EUR")


def test_a_refund_that_has_a_row_of_its_own_is_not_taken_back_by_its_orders_status_too(stage):
    text = ANALYTICS.replace(",completed,", ",refunded,")
    text += '2026-06-02 10:00:00,402,"-$1,100.00",refunded,Ann,new,,,,-1100,Direct\n'
    assert [
        (row["order_id"], row["status"], row["gross"], row["refunded"]) for row in orders(stage, text)
    ] == [
        ("401", "paid", 1100.0, None),
        ("402", "paid", -1100.0, None),
    ]


def test_a_refunds_row_with_its_orders_number_is_taken_back_from_that_order(stage):
    text = ANALYTICS.replace(",completed,", ",refunded,")
    text += '2026-06-02 10:00:00,401,"-$600.00",refunded,Ann,new,,,,-600,Direct\n'
    text += '2026-06-05 10:00:00,401,"-$500.00",refunded,Ann,new,,,,-500,Direct\n'
    files = {"woocommerce/orders.csv": text, "woocommerce/orders (1).csv": text + "\n"}
    staged = stage("woocommerce", files)
    (order,) = staged.rows("stg_woocommerce__orders")
    assert (order["order_id"], order["status"], order["gross"], order["refunded"]) == (
        "401",
        "paid",
        1100,
        None,
    )
    assert [
        (row["order_id"], row["refunded_at"], row["amount"])
        for row in staged.rows("stg_woocommerce__refunds", "refund_id")
    ] == [("401", "2026-06-02 10:00:00", 600.0), ("401", "2026-06-05 10:00:00", 500.0)]


def test_decimal_commas_are_read_beside_semicolons_and_beside_commas(stage):
    text = LINES.replace("150.00", '"1.150,00"').replace("60.00", '"60,50"').replace("10.00,", '"10,00",')
    assert [row["gross"] for row in orders(stage, text)] == [1150.0, 60.5]


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("completed", "paid"),
        ("Processing", "paid"),
        ("wc-shipped", "paid"),
        ("wc-refunded", "refunded"),
        ("Pending payment", "cancelled"),
        ("wc-pending", "cancelled"),
        ("on-hold", "cancelled"),
        ("Failed", "cancelled"),
        ("wc-cancelled", "cancelled"),
        ("checkout-draft", "cancelled"),
        ("trash", "cancelled"),
    ],
)
def test_a_status_says_whether_an_order_is_a_sale(stage, status, means):
    text = "\n".join(LINES.splitlines()[:2]).replace("completed", status) + "\n"
    (row,) = orders(stage, text)
    assert row["status"] == means


def test_two_shops_orders_of_one_number_are_two_by_their_folders(stage):
    refund = "Order ID,Date Created,Status,Total Amount\n101,2026-06-02 10:00:00,completed,-30.00\n"
    files = {
        "woocommerce/de/orders.csv": LINES,
        "woocommerce/uk/orders.csv": LINES.replace("150.00", "70.00"),
    }
    staged = stage("woocommerce", {**files, "woocommerce/uk/refunds.csv": refund})
    rows = staged.rows("stg_woocommerce__orders", "order_id")
    assert [(row["order_id"], row["gross"]) for row in rows] == [
        ("101 de", 150),
        ("101 uk", 70),
        ("102 de", 60),
        ("102 uk", 60),
    ]
    (row,) = staged.rows("stg_woocommerce__refunds")
    assert (row["order_id"], row["amount"]) == ("101 uk", 30)


def test_a_newer_file_tells_of_the_refund(stage):
    newer = ADVANCED.replace("Completed", "Refunded").replace(",24,124.00", ",124,124.00")
    files = {"woocommerce/orders_1.csv": ADVANCED, "woocommerce/orders_2.csv": newer}
    rows = stage("woocommerce", files).rows("stg_woocommerce__orders")
    assert [(row["status"], row["refunded"]) for row in rows] == [("refunded", 124.0), ("refunded", 11.9)]


def test_a_refunded_status_counts_unless_rows_of_its_shop_after_it_come_to_as_much(stage):
    header = "Order ID,Date Created,Status,Total Amount\n"
    by_status = "1,2026-05-01 10:00:00,refunded,30.00\n2,2026-05-01 11:00:00,completed,70.00\n"
    by_rows = "1,2026-04-30 10:00:00,refunded,30.00\n9,2026-05-04 10:00:00,refunded,$-30.00\n"
    named = "3,2026-05-02 10:00:00,refunded,80.00\n3,2026-05-04 10:00:00,refunded,$-80.00\n"
    files = {
        "woocommerce/de/orders.csv": header + by_status + named,
        "woocommerce/uk/orders.csv": header + by_rows,
    }
    staged = stage("woocommerce", files)
    assert [
        (row["order_id"], row["status"], row["gross"], row["refunded"])
        for row in staged.rows("stg_woocommerce__orders", "order_id")
    ] == [
        ("1 de", "refunded", 30.0, 30.0),
        ("1 uk", "paid", 30.0, None),
        ("2", "paid", 70.0, None),
        ("3", "paid", 80.0, None),
        ("9", "paid", -30.0, None),
    ]
    assert [(row["order_id"], row["amount"]) for row in staged.rows("stg_woocommerce__refunds")] == [
        ("3", 80.0)
    ]


@pytest.mark.parametrize(
    ("rows", "refunded"),
    [
        # Of two that were given back one has a row, the later.
        ("1,2026-05-01,refunded,100\n2,2026-05-02,refunded,100\n9,2026-05-04,refunded,-100\n", [100, None]),
        # A fee was kept.
        ("1,2026-05-01,refunded,100\n9,2026-05-04,refunded,-95\n", [None]),
        # On the day itself, which one of them writes with its time.
        ("1,2026-05-01 10:00:00,refunded,30\n9,2026-05-01,refunded,-30\n", [None]),
        # What is not of the later order's size may be the earlier one's.
        ("1,2026-05-01,refunded,30\n2,2026-05-02,refunded,100\n9,2026-05-04,refunded,-30\n", [None, 100]),
        ("1,2026-05-01,refunded,100\n9,2026-05-04,refunded,-20\n", [100]),
    ],
)
def test_a_refund_without_its_orders_number_is_the_latest_orders_whose_half_it_is(stage, rows, refunded):
    staged = stage(
        "woocommerce", {"woocommerce/orders.csv": "Order ID,Date Created,Status,Total Amount\n" + rows}
    )
    found = staged.rows("stg_woocommerce__orders", "order_id")
    assert [row["refunded"] for row in found if row["gross"] > 0] == refunded


def test_an_order_without_a_status_is_a_bad_row_and_a_line_without_a_total_is_none(stage):
    staged = stage("woocommerce", {"woocommerce/orders.csv": ADVANCED.replace("Refunded", "")})
    assert staged.query("select accepted, quarantined, ignored from raw._files") == [
        {"accepted": 1, "quarantined": 1, "ignored": 1}
    ]


def test_an_order_is_one_in_files_that_write_its_day_with_and_without_the_time(stage):
    days = ADVANCED.replace("2026-05-30 10:00", "2026-05-30").replace("2026-05-31 10:00", "2026-05-31")
    files = {"woocommerce/orders_1.csv": ADVANCED, "woocommerce/orders_2.csv": days}
    rows = stage("woocommerce", files).rows("stg_woocommerce__orders")
    assert [(row["order_id"], row["ordered_at"]) for row in rows] == [
        ("201", "2026-05-30 00:00:00"),
        ("202", "2026-05-31 00:00:00"),
    ]
