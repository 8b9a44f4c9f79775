"""The Online Retail data give the published answers."""

import json

import duckdb
import pytest

from sources.staged import PROJECT

SHARED = PROJECT.parent / "shared/data"


needs_data = pytest.mark.skipif(
    not (SHARED / "online_retail").is_dir(), reason="needs the shared data beside the checkout"
)


@needs_data
def test_orders_and_refunds_give_the_published_answers(stage):
    staged = stage("online_retail", SHARED)
    orders, refunds = staged.sql["stg_online_retail__orders"], staged.sql["stg_online_retail__refunds"]
    expected = json.loads((SHARED / "expected/online_retail.json").read_text())["kpis"]
    booked = (
        f"select ordered_at as booked_at, gross as amount from ({orders})"
        f" union all select refunded_at, -amount from ({refunds})"
    )
    by_month = staged.query(
        f"select strftime(booked_at, '%Y-%m') as month, sum(amount) as revenue from ({booked}) group by month"
    )
    assert {row["month"]: round(row["revenue"], 2) for row in by_month} == expected["total_revenue_by_month"]
    place = "row_number() over (partition by person_id order by ordered_at, order_id)"
    ranked = f"select *, {place} as place from ({orders})"
    (row,) = staged.query(
        "select count(distinct person_id) as customers, sum(gross) as revenue,"
        f" sum(gross) filter (where place > 1) as repeated from ({ranked})"
    )
    assert row["customers"] == expected["new_customers"]
    assert row["repeated"] == pytest.approx(expected["repeat_customer_revenue"], abs=0.005)
    assert row["revenue"] == pytest.approx(expected["revenue_of_known_customers_orders"], abs=0.005)
    (ids,) = staged.query(f"select count(*) - count(distinct refund_id) as doubled from ({refunds})")
    assert ids["doubled"] == 0


@needs_data
@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_two_files_that_overlap_by_nine_days_tell_of_each_invoice_once(stage, tmp_path, names):
    halves = tmp_path / "exports" / "online_retail"
    halves.mkdir(parents=True)
    (whole,) = (SHARED / "online_retail").glob("*.parquet")
    for name, wanted in zip(names, ("< '2011-06-10'", ">= '2011-06-01'"), strict=True):
        half = halves / f"{name}.parquet"
        duckdb.execute(f"copy (from '{whole}' where InvoiceDate {wanted}) to '{half}' (format parquet)")
    staged = stage("online_retail", tmp_path / "exports")
    lines = "raw.online_retail__lines"
    (told,) = staged.query(f"select count(*) as n, sum(quantity * unit_price) as amount from {lines}")
    expected = json.loads((SHARED / "expected/online_retail.json").read_text())["kpis"]
    assert told["n"] == 541_909  # equal lines of an invoice among them
    assert told["amount"] == pytest.approx(expected["total_revenue"], abs=0.005)
    (counts,) = staged.query("select sum(accepted) as accepted, sum(added_up) as added_up from raw._files")
    assert counts == {"accepted": 541_909, "added_up": 0}
