"""The Online Retail data give the published answers."""

import json

import pytest

from sources.staged import PROJECT

SHARED = PROJECT.parent / "shared/data"


@pytest.mark.skipif(
    not (SHARED / "online_retail").is_dir(), reason="needs the shared data beside the checkout"
)
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
