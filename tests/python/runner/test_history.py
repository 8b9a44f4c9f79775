"""What was published is remembered: each value, what it became, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

KPI = "models/marts/value/order_count.sql"
ONE_ROW_A_MONTH = ("group by ordered_on", "group by date_trunc('month', ordered_on)")
MONTH = "cast(date_trunc('month', ordered_on) as date)"
RESTATED = (
    "select cast(period_start as varchar), first_value, value_before, value, reason from kpi.restatements"
    " order by period_start"
)
ORDERS = "order_id,ordered_at,amount\n"


@pytest.fixture(scope="module")
def first_load(make_tiny: Any, keep: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """What puts the shop back as it was after its first run."""
    shop = make_tiny(tmp_path_factory.mktemp("history") / "shop")
    shop.replace(KPI, *ONE_ROW_A_MONTH)
    shop.replace(KPI, "true as is_complete", f"{MONTH} < date '2026-02-01' as is_complete")
    shop.replace("dbt_project.yml", "least_amount: 0", "least_amount: 0, freeze_days: null")
    assert shop.run("--quiet") == 0
    return keep(shop)


@pytest.fixture
def shop(first_load: Callable[[], Any]) -> Any:
    """The tiny project with one value a month, one of its months still going on, and two settings more."""
    return first_load()


def ledger(shop: Any, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(shop.output / "history.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_first_values_are_noted_and_restate_nothing(shop: Any) -> None:
    values = ledger(
        shop, "select period_start, value, is_restated, reason from history.kpi_values order by 1"
    )
    assert [(str(day), value, *rest) for day, value, *rest in values] == [
        ("2026-01-01", 10.0 / 2, False, None),
        ("2026-02-01", 10.0, False, None),
    ]
    assert shop.query(RESTATED) == []
    assert shop.result["restated"]["restated"] == 0


def test_each_restatement_is_named_for_what_changed(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shop.write("exports/shop/orders_2.csv", ORDERS + "l1,2026-01-20,10\n")
    assert shop.run() == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, 6, "late data")]
    assert "Restated: 1 value of complete periods (late data 1)." in capsys.readouterr().out
    assert shop.result["restated"]["largest"][0]["detail"] == "shop/orders_2.csv"

    shop.replace("exports/shop/orders_2.csv", "l1,2026-01-20", "l1,2026-02-01")
    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 6, 5, "corrected export")]

    shop.replace("models/core/orders.sql", "where ", "where order_id <> 'o10' and ")
    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, 4, "definition changed")]
    assert shop.query("select detail from kpi.restatements") == [("models/core/orders.sql",)]

    shop.write("exports/shop/orders_3.csv", ORDERS + "l2,2026-01-21,30\nl3,2026-02-01,30\n")
    assert shop.run("--quiet", "--vars", "{least_amount: 20}") == 0
    (reason, detail), *_ = shop.query("select reason, detail from kpi.restatements")
    assert reason == "several"
    assert detail == "late data: shop/orders_3.csv; setting changed: least_amount 0 -> 20"

    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 1, 5, "setting changed")]
    assert shop.query("select times from kpi.restatements") == [(5,)]

    shop.write("exports/shop/orders_0.csv", ORDERS + "e1,2025-12-21,10\ne2,2026-01-05,10\n")
    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, 6, "backfill")]


def test_rows_that_a_file_gains_are_late_and_not_a_correction(shop: Any) -> None:
    path = shop.project / "exports/shop/orders.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, "l1,2026-01-20,10", *rows]) + "\n")
    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, 6, "late data")]


def test_the_ledger_tells_every_value_ever_published(shop: Any) -> None:
    published = [dict(shop.query("select period_start, value from kpi.order_count"))]
    for month, number in (("2026-01-20", 2), ("2026-03-01", 3), ("2026-02-20", 4)):
        shop.write(f"exports/shop/orders_{number}.csv", ORDERS + f"x{number},{month},10\n")
        options = ["--full-refresh"] if number == 3 else []
        assert shop.run("--quiet", *options) == 0
        published.append(dict(shop.query("select period_start, value from kpi.order_count")))
    for turn, values in enumerate(published, start=1):
        replayed = ledger(
            shop,
            "select period_start, arg_max(value, run) from history.kpi_values"
            f" where run <= {turn} group by 1 having not arg_max(is_withdrawn, run)",
        )
        assert dict(replayed) == values
    assert ledger(shop, "select count(*) from history.kpi_values") == [(2 + 1 + 1 + 1,)]


def test_without_the_published_file_the_ledger_knows_what_held(shop: Any) -> None:
    shop.published.unlink()
    shop.write("exports/shop/orders_2.csv", ORDERS + "l1,2026-01-20,10\n")
    assert shop.run("--quiet") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, 6, "late data")]
    assert ledger(shop, "select count(*) from history.kpi_values") == [(2 + 1,)]


def test_a_value_that_goes_is_noted_as_withdrawn(shop: Any) -> None:
    shop.replace("models/core/orders.sql", "where ", "where ordered_at > '2026-01-15' and ")
    assert shop.run("--quiet", "--max-drop", "1") == 0
    assert shop.query(RESTATED) == [("2026-01-01", 5, 5, None, "definition changed")]


def test_a_frozen_period_changes_only_with_a_reason_which_is_kept(shop: Any) -> None:
    shop.replace("dbt_project.yml", "freeze_days: null", "freeze_days: 0")
    shop.write("exports/shop/orders_2.csv", ORDERS + "l1,2026-01-20,10\n")
    before = shop.published.read_bytes()
    assert shop.run("--quiet") == 1
    assert shop.published.read_bytes() == before
    found = next(check for check in shop.result["checks"] if check["name"] == "history")["findings"][0]
    assert found["check"] == "frozen_periods"
    assert "order_count month 2026-01-01: 5 -> 6 (late data: shop/orders_2.csv)" in found["detail"]
    assert ledger(shop, "select count(distinct run) from history.kpi_values") == [(1,)]

    assert shop.run("--quiet", "--restate", "invoices came late") == 0
    assert shop.query("select value, reason, accepted_because from kpi.restatements") == [
        (6, "late data", "invoices came late")
    ]


def test_a_run_that_was_killed_after_publishing_is_caught_up(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("exports/shop/orders_2.csv", ORDERS + "l1,2026-01-20,10\n")

    def killed(output: Path, run_id: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("runner.workflow.kpis.confirm", killed)
        assert shop.run("--quiet") == 130
    assert ledger(shop, "select count(*) from history.kpi_values") == [(2,)]
    shop.write("exports/shop/orders_3.csv", ORDERS + "l2,2026-01-21,10\n")
    assert shop.run("--quiet") == 0
    assert ledger(shop, "select value from history.kpi_values where is_restated order by run") == [(6,), (7,)]


def test_a_run_that_was_killed_before_publishing_leaves_nothing(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("exports/shop/orders_2.csv", ORDERS + "l1,2026-01-20,10\n")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("runner.targets.duckdb.DuckDB.publish", killed)
        assert shop.run("--quiet") == 130
    shop.replace("exports/shop/orders_2.csv", "l1,", "l0,")
    assert shop.run("--quiet") == 0
    assert ledger(shop, "select value, reason from history.kpi_values where is_restated") == [
        (6, "late data")
    ]
    assert ledger(shop, "select count(*) from history.runs") == [(2,)]


def test_a_reason_that_says_nothing_is_refused(tiny: Any) -> None:
    assert tiny.run("--restate", " ") == 2
