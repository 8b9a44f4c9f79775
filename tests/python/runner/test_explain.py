"""`explain` tells a value's way back: what defines it, the rows and files it stands on, its history."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.explain.counted import read_counted
from runner.explain.place import Place, read_period

KPI = """
{{ config(materialized='view') }}
with purchases as (
    select
        ordered_on as kpi_date,
        case when amount > 10 then 'shop' else 'web' end as channel,
        case when order_id <> 'unknown' then 1 end as numerator
    from {{ ref('orders') }}
),

placed as (
    select date_trunc('month', kpi_date) as period_start, 'all' as dimension, 'all' as dimension_value,
        sum(numerator) as numerator from purchases group by 1
    union all
    select date_trunc('month', kpi_date), 'channel', channel, sum(numerator) from purchases group by 1, 3
)

select
    'order_count' as kpi, 'month' as period_grain, cast(period_start as date) as period_start, dimension,
    dimension_value, cast(numerator as double) as numerator, cast(null as double) as denominator,
    cast(numerator as double) as value, cast(null as double) as value_low, cast(null as double) as value_high,
    true as is_complete
from placed
"""
DESCRIBED = """
models:
  - name: order_count
    config: {meta: {kpi: {label: Orders, unit: count, formula: orders}}}
"""
LATE = "order_id,ordered_at,amount\nl1,2026-01-20,20\nl2,2026-02-01,20\nunknown,2026-01-21,10\nbad,none,10\n"
LOOSE = ("--max-bad-share", "1")


@pytest.fixture(scope="module")
def shop(make_tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tiny project with a KPI of the shapes' kind, published twice: the second time with late rows."""
    shop = make_tiny(tmp_path_factory.mktemp("explained") / "shop")
    shop.write("models/marts/value/order_count.sql", KPI)
    shop.write("models/marts/value/order_count.yml", DESCRIBED)
    assert shop.run("--quiet") == 0
    shop.write("exports/shop/orders_late.csv", LATE)
    assert shop.run("--quiet", *LOOSE) == 0
    return shop


def explained(shop: Any, *arguments: str) -> dict[str, Any]:
    file = shop.output / "explained.json"
    assert (
        shop.run("explain", "order_count", *arguments, "--output", str(shop.output), "--json", str(file)) == 0
    )
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_value_is_told_back_to_rows_files_and_history(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    told = explained(shop, "--period", "2026-01", "--rows", "2")
    assert told["value"]["value"] == 6
    assert told["definition"] == "models/marts/value/order_count.sql"
    assert "models/core/orders.sql" in told["parts"]
    assert told["settings"] == {"least_amount": "0"}
    assert told["counted"]["tables"] == ["core.orders"]
    (counted,) = told["counted"]["by_source"]
    assert (counted["rows"], counted["unmeasured"], counted["numerator"]) == (6, 1, 6)
    assert told["counted"]["columns"] == ["kpi_date", "order_id", "numerator"]
    assert [row[1] for row in told["counted"]["rows"]] == ["o10", "o11"]
    files = {file["file"]: file for file in told["files"]}
    assert {name: (file["dated"], file["accepted"]) for name, file in files.items()} == {
        "shop/orders.csv": (5, 15),
        "shop/orders_late.csv": (2, 3),
    }
    assert files["shop/orders_late.csv"]["quarantined"] == 1
    assert all(len(file["sha256"]) == 64 for file in files.values())
    assert told["rows"] == [
        {
            "export": "shop__orders",
            "columns": ["file", "line", "order_id"],
            "rows": [["shop/orders.csv", 2, "o10"], ["shop/orders.csv", 3, "o11"]],
        }
    ]
    assert [(n["what"], n["row_count"]) for n in told["not_counted"]] == [("quarantined", 1)]
    assert [(past["value"], past["reason"], past["detail"]) for past in told["history"]] == [
        (5, None, None),
        (6, "late data", "shop/orders_late.csv"),
    ]
    assert told["notes"] == []
    shown = capsys.readouterr().out
    assert "Orders, month 2026-01-01 to 2026-01-31: 6" in shown
    assert "late data: shop/orders_late.csv" in shown


def test_a_slice_is_told_from_its_rows_alone(shop: Any) -> None:
    told = explained(shop, "--period", "2026-01", "--slice", "channel=shop", "--rows", "9")
    assert told["value"]["value"] == 1
    assert [row[1] for row in told["counted"]["rows"]] == ["l1"]


def test_rows_loaded_since_make_another_figure_and_that_is_said(shop: Any) -> None:
    with duckdb.connect(str(shop.output / "warehouse.duckdb")) as warehouse:
        warehouse.execute("begin")
        warehouse.execute("delete from core.orders where order_id = 'o10'")
        counted = read_counted(warehouse, Place("order_count", "month", date(2026, 1, 1)))
        warehouse.execute("rollback")
        assert counted is not None
        assert counted.differs_from(6)
        assert not counted.differs_from(5)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["order_cuont", "--period", "2026-01"], "did you mean order_count?"),
        (["order_count", "--period", "2026-05"], "its first begins on 2026-01-01, its last on 2026-02-01"),
        (["order_count", "--period", "2026-W05"], "there is month"),
        (["order_count", "--period", "March"], "there is no such period"),
        (["order_count", "--period", "2026-13"], "there is no such period"),
        (["order_count", "--period", "2026-01", "--slice", "chanel=web"], "did you mean channel?"),
        (["order_count", "--period", "2026-01", "--slice", "channel=phone"], "there is shop, web"),
        (["order_count", "--period", "2026-01", "--slice", "channel"], "such as channel=email"),
        (["order_count"], "such as --period 2026-03"),
        ([], "explain KPI --period PERIOD"),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(
    shop: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert shop.run("explain", *arguments, "--output", str(shop.output)) == 2
    assert sentence in capsys.readouterr().err.replace("\n", " ")


def test_nothing_is_explained_before_something_is_published(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tiny.run("explain", "order_count", "--period", "2026-01", "--output", str(tiny.output)) == 2
    assert "No KPIs are published" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "grain", "first", "last"),
    [
        ("2026", "year", "2026-01-01", "2026-12-31"),
        ("2026-q4", "quarter", "2026-10-01", "2026-12-31"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2026-W01", "week", "2025-12-29", "2026-01-04"),
        ("2026-03-15", "day", "2026-03-15", "2026-03-15"),
        ("2026-03-01/28d", "rolling_28_days", "2026-03-01", "2026-03-28"),
    ],
)
def test_a_period_is_written_as_people_write_it(text: str, grain: str, first: str, last: str) -> None:
    place = Place("order_count", *read_period(text))
    assert (place.period_grain, str(place.period_start), str(place.last_day)) == (grain, first, last)


def test_the_rows_of_every_kpi_make_its_published_figure(demo_build: Any) -> None:
    """One value of each KPI over everything and one of a slice."""
    wrong, asked = [], 0
    with duckdb.connect(str(Path(demo_build.warehouse)), read_only=True) as warehouse:
        values = warehouse.execute(
            """
            select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator
            from kpi.kpis where numerator is not null and period_grain = 'month'
            qualify row_number() over (
                partition by kpi, dimension = 'all'
                order by hash(period_start, dimension, dimension_value)
            ) = 1
            """
        ).fetchall()
        for *place, numerator, denominator in values:
            counted = read_counted(warehouse, Place(*place))
            asked += 1
            if counted is None or counted.differs_from(numerator):
                wrong.append((place, numerator, counted))
                continue
            base = sum(by.denominator or 0 for by in counted.by_source)
            if denominator is not None and abs(base - denominator) > 1e-9 * max(abs(denominator), 1):
                wrong.append((place, denominator, counted))
    assert wrong == []
    assert asked > 120
