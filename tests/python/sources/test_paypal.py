"""PayPal's activity: what is a sale and what takes back, in the vintages that accounts export."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

import pytest

from runner.errors import RunError
from runner.ingest.notices.read_notices import read_notices
from sources.staged import exports

BRITISH = """\
"Date","Time","Time zone","Name","Type","Status","Currency","Gross","Fee","Net","Receipt ID","Balance","Tip"
"01/02/2026","09:00:00","GMT","Ann","Express Checkout Payment","Completed","GBP","35.82","-1.40","34.42","","134.42",""
"01/02/2026","09:00:00","GMT","Ann","Express Checkout Payment","Completed","GBP","35.82","-1.40","34.42","","168.84",""
"03/02/2026","10:00:00","GMT","","General Withdrawal","Completed","GBP","-100.00","0.00","-100.00","","68.84",""
"04/02/2026","10:00:00","GMT","Ben","Payment Refund","Completed","GBP","-5.82","0.20","-5.62","","63.22",""
"05/02/2026","10:00:00","GMT","Printer","PreApproved Payment Bill User Payment","Completed","GBP","-20.00","0.00","-20.00","","43.22",""
"06/02/2026","10:00:00","GMT","Printer","Payment Refund","Completed","GBP","4.00","0.00","4.00","","47.22",""
"""
AMERICAN = """\
"Date","Time","TimeZone","Name","Type","Status","Currency","Amount","Fees","Total","Exchange Rate","Receipt ID","Balance","Transaction ID","Item Title"
"04/05/2026","09:00:00","PDT","Ann","General Authorization","Pending","USD","184.30","0.00","184.30","","","0.00","A1",""
"04/06/2026","09:00:00","PDT","Ann","Website Payment","Completed","USD","184.30","-5.00","179.30","","","179.30","A2",""
"04/07/2026","09:00:00","PDT","Ben","Website Payment","Denied","USD","10.00","0.00","10.00","","","179.30","A3",""
"04/08/2026","09:00:00","PDT","","General Currency Conversion","Completed","USD","12.00","0.00","12.00","","","191.30","A4",""
"04/08/2026","09:00:00","PDT","","Reversal of General Account Hold","Completed","USD","15.00","0.00","15.00","","","206.30","A5",""
"04/09/2026","09:00:00","PDT","Cy","Invoice Sent","Pending","USD","","","","","","","INV2",""
"04/10/2026","09:00:00","PDT","","Bank Deposit to PP Account ","Completed","USD","40.00","0.00","40.00","","","246.30","A6",""
"04/11/2026","09:00:00","PDT","","Payment Review Release","Completed","USD","50.00","0.00","50.00","","","246.30","A7",""
"""
MERCHANT = """\
"Date","Time","TimeZone","Type","Status","Currency","Gross","Fee","From Email Address","To Email Address","Transaction ID","Sales Tax","Shipping and Handling Amount","Reference Txn ID","Invoice Number","Custom Number","Balance Impact"
"05/20/2026","09:00:00","PDT","Express Checkout Payment","Refunded","USD","119.00","-4.00","ann@home.example","shop@x.example","B1","19.00","10.00","","WC-1001","","Credit"
"05/21/2026","09:00:00","PDT","Payment Refund","Completed","USD","-119.00","0.00","shop@x.example","ann@home.example","B2","","","B1","","","Debit"
"05/22/2026","09:00:00","PDT","Mobile Payment","Completed","USD","20.00","-1.00","ben@home.example","shop@x.example","B3","0.00","0.00","","","#1002","Credit"
"05/23/2026","09:00:00","PDT","Chargeback","Completed","USD","-20.00","0.00","shop@x.example","ben@home.example","B4","","","B3","","","Debit"
"05/23/2026","09:00:00","PDT","Chargeback Fee","Completed","USD","-15.00","0.00","shop@x.example","","B5","","","B3","","","Debit"
"05/30/2026","09:00:00","PDT","Chargeback Reversal","Completed","USD","20.00","0.00","ben@home.example","shop@x.example","B6","","","B3","","","Credit"
"05/31/2026","09:00:00","PDT","Website Payment","Completed","USD","7.00","0.00","ben@home.example","shop@x.example","B7","","","","","","Memo"
"""


def told(stage, *texts):
    files = {f"paypal/Download_{number}.CSV": "\ufeff" + text for number, text in enumerate(texts)}
    staged = stage("paypal", files)
    return staged.rows("stg_paypal__orders", "ordered_at"), staged.rows("stg_paypal__refunds", "refunded_at")


def test_what_comes_in_is_a_sale_what_goes_out_or_is_moved_is_none(stage):
    orders, refunds = told(stage, BRITISH)
    assert [(row["ordered_at"], row["currency"], row["gross"]) for row in orders] == [
        ("2026-02-01 09:00:00", "GBP", 35.82),
        ("2026-02-01 09:00:00", "GBP", 35.82),
    ]
    assert len({row["order_id"] for row in orders}) == 2
    assert [(row["refunded_at"], row["amount"], row["order_id"]) for row in refunds] == [
        ("2026-02-04 10:00:00", 5.82, None)
    ]


def test_authorisations_conversions_deposits_releases_and_denied_payments_are_no_sales(stage):
    orders, refunds = told(stage, AMERICAN)
    assert [(row["order_id"], row["ordered_at"], row["gross"]) for row in orders] == [
        ("A2", "2026-04-06 09:00:00", 184.3)
    ]
    assert refunds == []


def test_a_merchants_export_tells_taxes_the_shops_order_and_what_was_given_back(stage):
    orders, refunds = told(stage, MERCHANT)
    assert [
        (row["order_id"], row["gross"], row["tax"], row["shipping"], row["refunded"], row["reference"])
        for row in orders
    ] == [("B1", 119.0, 19.0, 10.0, 119.0, "1001"), ("B3", 20.0, 0.0, 0.0, None, "#1002")]
    assert [(row["refund_id"], row["order_id"], row["amount"]) for row in refunds] == [
        ("B2", "B1", 119.0),
        ("B4", "B3", 20.0),
        ("B6", "B3", -20.0),
    ]
    buyer, refunded = orders[0]["email_hash"], refunds[0]["email_hash"]
    assert buyer == refunded != orders[1]["email_hash"]


def test_where_refunds_name_no_payment_its_status_does_not_take_back_once_more(stage):
    text = MERCHANT.replace('"Reference Txn ID"', '"Note"')
    orders, refunds = told(stage, text)
    assert [row["refunded"] for row in orders] == [None, None]
    assert [row["order_id"] for row in refunds] == [None, None, None]


def test_decimal_commas_are_read_in_a_file_parted_by_commas(stage):
    text = BRITISH.replace(".", ",").replace('"-100,00"', '"-1.100,00"')
    orders, _ = told(stage, text)
    assert [row["gross"] for row in orders] == [35.82, 35.82]


def test_an_irish_account_writes_days_first_under_the_american_header(stage):
    text = AMERICAN.replace('"04/06/2026"', '"16/04/2026"').replace("PDT", "IST")
    orders, _ = told(stage, text)
    assert [row["ordered_at"] for row in orders] == ["2026-04-16 09:00:00"]


def test_a_payment_that_was_pending_is_a_sale_once_a_newer_file_says_so(stage):
    older = AMERICAN.replace('"Website Payment","Completed"', '"Website Payment","Pending"')
    assert [row["gross"] for row in told(stage, older, AMERICAN)[0]] == [184.3]


def test_another_languages_file_is_refused_by_its_headers(stage):
    with pytest.raises(RunError, match=r"Download_0\.CSV.*no header"):
        told(stage, '"Datum","Uhrzeit","Typ","Währung","Brutto"\n"01.02.2026","09:00:00","x","EUR","1,00"\n')


def test_what_is_no_sale_is_counted_as_left_out(stage):
    files = {"paypal/Download.CSV": AMERICAN}
    told = stage("paypal", files).query("select why, row_count from raw._left_out order by line")
    assert told == [
        {"why": "a movement that is neither a sale nor its refund", "row_count": 6},
        {"why": "a payment that is pending or came to nothing", "row_count": 1},
    ]


@pytest.mark.parametrize(("text", "is_told"), [(BRITISH, True), (AMERICAN, True), (MERCHANT, False)])
def test_payments_that_can_be_no_order_of_a_shop_are_told(stage, tmp_path, text, is_told):
    staged = stage("paypal", {"paypal/Download.CSV": text})
    mine = [export for export in exports() if export.source == "paypal"]
    told = [notice.text for notice in read_notices(staged.connection, tmp_path / "exports", mine, exports())]
    assert any("cannot be told from a shop's orders" in sentence for sentence in told) is is_told


def test_a_file_of_types_in_another_language_is_told(stage, tmp_path):
    text = (
        AMERICAN.splitlines()[0]
        + '\n"04/16/2026","09:00:00","CET","Ann","Website-Zahlung","Abgeschlossen","EUR","5,00","0","5,00","","","","A2",""\n'
    )
    staged = stage("paypal", {"paypal/Download.CSV": text})
    mine = [export for export in exports() if export.source == "paypal"]
    told = [notice.text for notice in read_notices(staged.connection, tmp_path / "exports", mine, exports())]
    assert any("every row (1) is left out" in sentence for sentence in told)


def test_a_payment_is_one_in_windows_that_overlap_with_and_without_its_id(stage):
    head = "Date,Time,TimeZone,Type,Status,Currency,Gross{}\n"
    line = "05/{},10:00:00,UTC,Website Payment,Completed,EUR,{}{}\n"
    files = {
        "paypal/1.csv": head.format(",Transaction ID,Balance")
        + line.format("14/2026", "10.00", ",T1,10.00")
        + line.format("15/2026", "20.00", ",T2,30.00")
        + line.format("15/2026", "20.00", ",T3,50.00"),
        "paypal/2.csv": head.format(",Transaction ID") + line.format("15/2026", "20.00", ",T2"),
        "paypal/3.csv": head.format(",Balance")
        + line.format("14/2026", "10.00", ",10.00")
        + line.format("15/2026", "20.00", ",50.00")
        + line.format("16/2026", "5.00", ",55.00"),
    }
    rows = stage("paypal", files).rows("stg_paypal__orders")
    assert sorted(row["gross"] for row in rows) == [5.0, 10.0, 20.0, 20.0]


@pytest.mark.parametrize(
    ("given_back", "told_as"),
    [
        # Too little for the first: of the second, whose refund then says what was given back.
        ("-18.00", [("paid", 119.0, 119.0), ("paid", 118.0, None)]),
        # Of the first, less a fee.
        ("-95.00", [("paid", 119.0, None), ("paid", 118.0, None)]),
        (None, [("paid", 119.0, 119.0), ("partially_refunded", 118.0, None)]),
    ],
)
def test_a_refunded_status_counts_unless_refunds_without_a_name_after_it_come_to_half(
    stage, given_back, told_as
):
    later = AMERICAN.splitlines()[0] + "\n"
    if given_back:
        later += f'"05/25/2026","09:00:00","PDT","Ben","Payment Refund","Completed","USD","{given_back}","0.00","{given_back}","","","80.00","C1",""\n'
    part = MERCHANT.replace('"20.00","-1.00"', '"118.00","-1.00"').splitlines()
    files = "\n".join([*part[:2], part[3].replace('"Completed"', '"Partially Refunded"')]) + "\n"
    orders, refunds = told(stage, files, later)
    assert [(row["status"], row["gross"], row["refunded"]) for row in orders] == told_as
    assert [row["amount"] for row in refunds] == ([-float(given_back)] if given_back else [])
