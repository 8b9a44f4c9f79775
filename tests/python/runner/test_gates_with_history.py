"""A whole run is held by what was accepted before, goes on with a person's word, and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

KPI = "models/marts/value/order_count.sql"
ONE_ROW_A_MONTH = ("group by ordered_on", "group by date_trunc('month', ordered_on)")
ORDERS = "exports/shop/orders.csv"
BY_MONTH = "select value from kpi.order_count order by period_start"


def orders(*counts: int, amount: int = 10) -> str:
    """So many orders in each month of 2026."""
    rows = [
        f"o{month}-{n},2026-{month:02}-01,{amount}\n"
        for month, count in enumerate(counts, 1)
        for n in range(count)
    ]
    return "order_id,ordered_at,amount\n" + "".join(rows)


@pytest.fixture(scope="module")
def first_load(make_tiny: Any, keep: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """What puts the shop back as it was after its first run."""
    shop = make_tiny(tmp_path_factory.mktemp("gates") / "shop")
    shop.replace(KPI, *ONE_ROW_A_MONTH)
    shop.write(ORDERS, orders(60, 60))
    assert shop.run("--quiet") == 0
    return keep(shop)


@pytest.fixture
def shop(first_load: Callable[[], Any]) -> Any:
    """A shop of two months that was published."""
    return first_load()


def why_held(shop: Any) -> str:
    findings = [finding for check in shop.result["checks"] for finding in check["findings"]]
    return "; ".join(f"{f['check']}: {f['why']}" for f in findings if f["stops"])


def test_a_load_is_held_and_passes_with_a_word_that_is_kept_and_with_its_correction(shop: Any) -> None:
    before = shop.published.read_bytes()
    shop.write(ORDERS, orders(33, 60))
    assert shop.run("--quiet") == 1
    assert shop.published.read_bytes() == before
    assert "--accept EXPORT REASON: shop__orders: 27 of the 120 rows accepted before are gone (22.5 %)" in (
        why_held(shop)
    )
    assert shop.run("--quiet", "--accept", "shop__order", "it is so") == 2
    assert shop.run("--quiet", "--accept", "shop__orders", " ") == 2

    assert shop.run("--quiet", "--accept", "shop__orders", "test orders went") == 0
    assert shop.query(BY_MONTH) == [(33,), (60,)]
    with duckdb.connect(str(shop.output / "history.duckdb"), read_only=True) as ledger:
        ((name, reason, told),) = ledger.execute("select name, reason, told from history.accepted").fetchall()
    assert (name, reason) == ("shop__orders", "test orders went")
    assert "order_count: month 2026-01-01 said 60 and says 33 now" in told
    assert shop.query("select count(*) > 0 from kpi.run_notes where text like 'accepted: %'") == [(True,)]

    shop.write(ORDERS, orders(60, 60))
    assert shop.run("--quiet") == 0
    assert shop.query(BY_MONTH) == [(60,), (60,)]


def test_a_complete_period_that_moves_is_held_though_the_load_is_like_others(shop: Any) -> None:
    shop.replace("dbt_project.yml", "least_amount: 0", "least_amount: 0, most_times: null")
    shop.write(ORDERS, orders(33, 60) + orders(60, amount=-10).split("\n", 34)[34])
    assert shop.run("--quiet") == 1
    told = "order_count: month 2026-01-01 said 60 and says 33 now (shop__orders changed)"
    assert told in why_held(shop)
    assert shop.run("--quiet", "--accept", "order_count", "they were returned") == 0
    assert shop.query(BY_MONTH) == [(33,), (60,)]


def test_another_definition_is_held_for_nothing(shop: Any) -> None:
    shop.replace("models/core/orders.sql", "where ", "where order_id not like 'o1-2%' and ")
    assert shop.run("--quiet") == 0
    assert shop.query(BY_MONTH) == [(60 - 11,), (60,)]
