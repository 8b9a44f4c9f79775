"""The demo exports become a published file that BI tools can ask, and a second run changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.report.catalog import read_catalog

# Sums of fractions may differ in their last digits: DuckDB adds in parallel.
CHANGED = """
select *
from before.kpi.kpi_values as old
full join after.kpi.kpi_values as new
    using (kpi, period_grain, period_start, dimension, dimension_value)
where
    old.is_complete is distinct from new.is_complete
    or (old.value is null) <> (new.value is null)
    or abs(old.value - new.value) > 1e-9 * greatest(abs(old.value), 1)
    or abs(old.numerator - new.numerator) > 1e-9 * greatest(abs(old.numerator), 1)
"""


@pytest.fixture
def published(demo_build: Any) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(demo_build.published), read_only=True)


def test_every_kpi_of_the_catalog_is_a_view_that_answers(demo_build: Any, published: Any) -> None:
    entries = read_catalog(demo_build.project)
    described = published.execute("select kpi from kpi.catalog order by kpi").fetchall()
    assert described == sorted((entry.kpi,) for entry in entries)
    for (kpi,) in described:
        assert published.execute(f"select count(*) from kpi.{kpi}").fetchone() is not None


def test_every_table_view_and_column_says_what_it_is(published: Any) -> None:
    silent = published.execute(
        """
        select table_name, column_name from duckdb_columns() where schema_name = 'kpi' and comment is null
        union all select view_name, '' from duckdb_views() where schema_name = 'kpi' and comment is null
        union all select table_name, '' from duckdb_tables() where schema_name = 'kpi' and comment is null
        """
    ).fetchall()
    assert silent == []


def test_the_wide_views_hold_the_complete_periods_of_everything(published: Any) -> None:
    for view, grain in {"monthly": "month", "weekly": "week", "daily": "day"}.items():
        other = published.execute(
            f"""
            with told as (
                unpivot (from kpi.{view}) on columns(* exclude period_start) into name kpi value value
            )
            select * from told full join (
                select kpi, period_start, value from kpi.kpi_values
                where period_grain = '{grain}' and dimension = 'all' and is_complete and value is not null
            ) as held using (kpi, period_start)
            where told.value is distinct from held.value
            """
        ).fetchall()
        assert other == []


def test_the_series_has_the_target_that_held_in_the_month(published: Any) -> None:
    rows = published.execute(
        """
        select series.kpi, series.period_start, series.target, (
            select arg_max(targets.target, targets.valid_from) from kpi.targets as targets
            where targets.kpi = series.kpi and targets.period_grain = 'month' and targets.dimension = 'all'
                and targets.valid_from <= series.period_start
        ) as held
        from kpi.series
        """
    ).fetchall()
    assert any(held is not None for *_, held in rows)
    assert all(target == held for *_, target, held in rows)
    assert len(rows) == len({row[:2] for row in rows})


def test_one_filter_shows_a_month(published: Any) -> None:
    rows = published.execute(
        "select value from kpi.open_rate where period_grain = 'month' and dimension = 'all'"
        " and period_start = date '2026-10-01'"
    ).fetchall()
    assert len(rows) == 1
    assert 0 < rows[0][0] < 1


def test_it_says_when_and_of_what_it_was_made(demo_build: Any, published: Any) -> None:
    as_of, first_day = published.execute("select as_of, first_day from kpi.run").fetchone()
    assert [str(as_of), str(first_day)] == [demo_build.result["as_of"], demo_build.result["first_day"]]
    exports = published.execute("select export from kpi.run_exports").fetchall()
    assert {f"{row['source']}__{row['export']}" for row in demo_build.result["loaded"]} == {
        e for (e,) in exports
    }


def test_every_row_read_is_accounted_for(demo_build: Any) -> None:
    for row in demo_build.result["loaded"]:
        parts = ("accepted", "quarantined", "superseded", "added_up", "left_out")
        assert row["rows_read"] == sum(row[part] for part in parts), row


def test_no_address_is_in_the_warehouse_or_what_is_published(demo_build: Any) -> None:
    for file in (demo_build.warehouse, demo_build.published, *demo_build.output.glob("logs/*")):
        assert b"@example." not in file.read_bytes(), file


def test_a_second_run_reads_nothing_and_changes_nothing(
    demo_build: Any, prepare: Any, tmp_path: Path, run_command: Any
) -> None:
    output = tmp_path / "output"
    shutil.copytree(demo_build.output, output)
    prepare(demo_build.project, output)
    (output / "kpis.duckdb").unlink()  # else the run would end where it finds nothing changed
    answer = run_command(demo_build.project, "--output", str(output), "--quiet")
    assert answer.returncode == 0, answer.stderr
    result = json.loads((output / "run.json").read_text(encoding="utf-8"))
    assert all(row["unchanged"] == row["files"] for row in result["loaded"])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.published}' as before (read_only)")
        connection.execute(f"attach '{output / 'kpis.duckdb'}' as after (read_only)")
        changed = connection.execute(CHANGED).fetchall()
    assert changed == []
