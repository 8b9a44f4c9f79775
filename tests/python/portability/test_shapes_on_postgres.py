"""The shapes' own arithmetic, worked out by hand, on DuckDB and on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from portability.engines import Engine
from portability.shapes import write_shapes_project

FEBRUARY = dt.date(2025, 2, 1)
MARCH = dt.date(2025, 3, 1)
APRIL = dt.date(2025, 4, 1)
# How a text of a unit test's rows compares.
TEXT = r"""
{% set text = safe_cast("'a'", "text") %}
select {{ "pg_collation_for(" ~ text ~ ")" if target.type == "postgres" else "'\"C\"'" }} as compared_by
"""
# `numerator, denominator, value` of a slice.
Figure = tuple[float | None, float | None, float | None]


@pytest.fixture(scope="module")
def shapes(engine: Engine, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine with the shapes built: the data speak of 2025-01-15 to 2025-04-15."""
    engine.execute(
        "create schema raw",
        "create table raw._run as select date '2025-04-15' as as_of, date '2025-01-15' as first_day",
    )
    folder = write_shapes_project(tmp_path_factory.mktemp("shapes"), project)
    (folder / "models/a_text.sql").write_text(TEXT, encoding="utf-8")
    answer = engine.dbt(folder, "run")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return engine


def figures(engine: Engine, model: str, grain: str, start: dt.date) -> dict[tuple[str, str], Figure]:
    """{(dimension, dimension_value): (numerator, denominator, value)} of one period."""
    rows = engine.rows(
        f"select dimension, dimension_value, numerator, denominator, value from kpi.{model}"
        f" where period_grain = '{grain}' and period_start = date '{start}'"
    )
    found = {(row[0], row[1]): row[2:] for row in rows}
    assert len(found) == len(rows), "a key stands twice"
    return found


def test_a_rate_adds_integers_up_by_slice_before_it_divides(shapes: Engine) -> None:
    assert figures(shapes, "a_rate", "month", FEBRUARY) == {
        ("all", "all"): (5, 20, 0.25),
        ("channel", "email"): (4, 16, 0.25),
        ("channel", "(none)"): (1, 4, 0.25),
        ("campaign", "spring"): (4, 12, 4 / 12),
        ("campaign", "autumn"): (1, 8, 0.125),
    }


def test_a_row_that_measures_only_one_side_is_in_neither(shapes: Engine) -> None:
    assert ("channel", "sms") not in figures(shapes, "a_rate", "month", FEBRUARY)


def test_an_empty_base_has_neither_value_nor_interval(shapes: Engine) -> None:
    rows = shapes.rows(
        "select numerator, denominator, value, value_low, value_high from kpi.a_rate"
        f" where period_grain = 'month' and period_start = date '{MARCH}' and dimension = 'all'"
    )
    assert rows == [(0, 0, None, None, None)]


def test_what_is_after_the_last_day_or_without_a_day_is_in_no_period(shapes: Engine) -> None:
    assert figures(shapes, "a_rate", "month", APRIL)["all", "all"] == (1, 4, 0.25)
    assert figures(shapes, "a_rate", "year", dt.date(2025, 1, 1))["all", "all"] == (6, 24, 0.25)


def test_the_interval_is_wilsons(shapes: Engine) -> None:
    rows = shapes.rows(
        "select value_low, value_high from kpi.a_rate"
        f" where period_grain = 'month' and period_start = date '{FEBRUARY}' and dimension_value = 'spring'"
    )
    # 4 of 12, from the formula for the score interval with z = 1.959964.
    assert rows == [(pytest.approx(0.138120, abs=1e-6), pytest.approx(0.609378, abs=1e-6))]


def test_wide_slices_begin_at_the_week(shapes: Engine) -> None:
    week, day = dt.date(2025, 2, 3), dt.date(2025, 2, 3)
    assert ("campaign", "spring") in figures(shapes, "a_rate", "week", week)
    assert set(figures(shapes, "a_rate", "day", day)) == {("all", "all"), ("channel", "email")}
    rolling = figures(shapes, "a_rate", "rolling_28_days", dt.date(2025, 1, 8))
    assert rolling == {
        ("all", "all"): (5, 20, 0.25),
        ("channel", "email"): (4, 16, 0.25),
        ("channel", "(none)"): (1, 4, 0.25),
    }


def test_a_period_is_complete_when_it_has_settled(shapes: Engine) -> None:
    rows = shapes.rows(
        "select period_grain, period_start, is_complete from kpi.a_rate_of_all"
        " where period_grain in ('month', 'year')"
        " union all select 'settling', period_start, is_complete from kpi.a_rate"
        " where dimension = 'all' and period_grain = 'rolling_28_days' and period_start >= date '2025-03-14'"
    )
    assert {(grain, start): complete for grain, start, complete in rows} == {
        ("month", FEBRUARY): True,
        ("month", MARCH): True,
        ("month", APRIL): False,
        ("year", dt.date(2025, 1, 1)): False,
        # Windows that end on the 10th to the 15th; figures settle for three days.
        ("settling", dt.date(2025, 3, 14)): True,
        ("settling", dt.date(2025, 3, 15)): True,
        ("settling", dt.date(2025, 3, 16)): False,
        ("settling", dt.date(2025, 3, 17)): False,
        ("settling", dt.date(2025, 3, 18)): False,
        ("settling", dt.date(2025, 3, 19)): False,
    }


def test_a_ratio_is_scaled_and_has_no_interval(shapes: Engine) -> None:
    assert figures(shapes, "a_ratio", "month", FEBRUARY)["all", "all"] == (5, 20, 25)
    assert shapes.rows(
        "select count(*) from kpi.a_ratio where value_low is not null or value_high is not null"
    ) == [(0,)]


def test_a_total_has_no_base(shapes: Engine) -> None:
    assert figures(shapes, "a_total", "month", FEBRUARY) == {
        ("all", "all"): (12, None, 12),
        ("channel", "email"): (4, None, 4),
        ("channel", "sms"): (7, None, 7),
        ("channel", "(none)"): (1, None, 1),
        ("campaign", "spring"): (11, None, 11),
        ("campaign", "autumn"): (1, None, 1),
    }
    assert figures(shapes, "a_total", "month", MARCH)["all", "all"] == (0, None, 0)


def test_an_average_divides_the_sum_by_the_observations(shapes: Engine) -> None:
    assert figures(shapes, "an_average", "month", FEBRUARY)["channel", "(none)"] == (1, 4, 0.25)
    assert figures(shapes, "an_average", "quarter", dt.date(2025, 1, 1))["all", "all"] == (5, 20, 0.25)


def test_the_median_of_an_even_number_lies_between_the_middle_two(shapes: Engine) -> None:
    found = figures(shapes, "a_median", "month", FEBRUARY)
    assert found["all", "all"] == (5, 20, 1)
    assert found["channel", "email"] == (4, 16, 2)
    assert found["channel", "(none)"] == (1, 4, 0.5)


def test_rows_with_their_own_periods_are_placed_by_them(shapes: Engine) -> None:
    assert figures(shapes, "a_stock", "month", MARCH) == {
        ("all", "all"): (3, 6, 0.5),
        ("plan", "gold"): (1, 3, 1 / 3),
        ("plan", "basic"): (2, 3, 2 / 3),
        ("campaign", "x"): (3, 6, 0.5),
    }
    assert set(figures(shapes, "a_stock", "rolling_28_days", dt.date(2025, 3, 19))) == {
        ("all", "all"),
        ("plan", "gold"),
    }
    complete = shapes.rows(
        "select period_grain, period_start, is_complete from kpi.a_stock where dimension = 'all'"
    )
    assert sorted(complete) == [
        ("month", MARCH, True),
        ("month", APRIL, False),
        ("rolling_28_days", dt.date(2025, 3, 19), False),
    ]


def test_rows_with_their_own_slices_stay_as_they_are(shapes: Engine) -> None:
    assert figures(shapes, "a_lift", "month", MARCH) == {
        ("all", "all"): (1, 4, 0.25),
        ("segment", "new"): (3, 4, 0.75),
        ("segment", "(none)"): (1, 2, 0.5),
    }
    assert set(figures(shapes, "a_lift", "day", MARCH)) == {("segment", "new")}


def test_the_shape_has_its_columns_and_types(shapes: Engine) -> None:
    text, number = ({"VARCHAR", "text"}, {"DOUBLE", "double precision"})
    expected: list[tuple[str, set[str]]] = [
        ("kpi", text),
        ("period_grain", text),
        ("period_start", {"DATE", "date"}),
        ("dimension", text),
        ("dimension_value", text),
        ("numerator", number),
        ("denominator", number),
        ("value", number),
        ("value_low", number),
        ("value_high", number),
        ("is_complete", {"BOOLEAN", "boolean"}),
    ]
    for model in (
        "a_rate",
        "a_rate_of_all",
        "a_ratio",
        "a_total",
        "an_average",
        "a_median",
        "a_stock",
        "a_lift",
    ):
        columns: list[tuple[Any, ...]] = shapes.rows(
            "select column_name, data_type from information_schema.columns"
            f" where table_schema = 'kpi' and table_name = '{model}' order by ordinal_position"
        )
        assert [name for name, _ in columns] == [name for name, _ in expected]
        assert all(kind in kinds for (_, kind), (_, kinds) in zip(columns, expected, strict=True)), (
            model,
            columns,
        )
        assert shapes.rows(f"select distinct kpi from kpi.{model}") == [(model,)]


def test_texts_of_unit_tests_compare_by_code_point_whatever_the_databases_collation(shapes: Engine) -> None:
    assert shapes.rows("select compared_by from kpi.a_text") == [('"C"',)]
