"""Half a million real order lines give the answers that were computed outside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from builds import ROOT, Prepare, run_command

DATA = Path(os.environ.get("MARKETING_KPIS_SHARED_DATA", ROOT.parent / "shared/data"))
ANSWERS = DATA / "expected/online_retail.json"
CENT = 0.005

pytestmark = pytest.mark.skipif(
    not ANSWERS.is_file(),
    reason=f"UCI Online Retail is not in {DATA}; MARKETING_KPIS_SHARED_DATA names another folder",
)


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """The answers by the project's definitions."""
    return json.loads(ANSWERS.read_text(encoding="utf-8"))["kpis"]


@pytest.fixture(scope="module")
def published(
    project: Path, prepare: Prepare, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The KPIs published from those lines alone."""
    output = prepare(project, tmp_path_factory.mktemp("online_retail"))
    answer = run_command(
        project,
        *("--exports", str(DATA), "--sources", "online_retail", "--output", str(output)),
        # The answers take every invoice for a purchase of its own.
        *("--vars", "{basket_minutes: null}"),
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    with duckdb.connect(str(output / "kpis.duckdb"), read_only=True) as connection:
        yield connection


def total(published: duckdb.DuckDBPyConnection, kpi: str, what: str = "numerator") -> float:
    """A KPI's sum over the years."""
    row = published.execute(
        f"select sum({what}) from kpi.{kpi} where period_grain = 'year' and dimension = 'all'"
    ).fetchone()
    assert row
    return row[0]


def test_revenue_is_that_of_all_lines(published: duckdb.DuckDBPyConnection, answers: dict[str, Any]) -> None:
    assert total(published, "total_revenue") == pytest.approx(answers["total_revenue"], abs=CENT)


def test_revenue_agrees_in_every_month(published: duckdb.DuckDBPyConnection, answers: dict[str, Any]) -> None:
    rows = published.execute(
        "select strftime(period_start, '%Y-%m'), value from kpi.total_revenue"
        " where period_grain = 'month' and dimension = 'all'"
    ).fetchall()
    expected = answers["total_revenue_by_month"]
    assert dict(rows) == {month: pytest.approx(revenue, abs=CENT) for month, revenue in expected.items()}


def test_everybody_becomes_a_customer_once(
    published: duckdb.DuckDBPyConnection, answers: dict[str, Any]
) -> None:
    assert total(published, "new_customers") == answers["new_customers"]


def test_second_and_later_orders_are_repeat_revenue(
    published: duckdb.DuckDBPyConnection, answers: dict[str, Any]
) -> None:
    repeated = total(published, "repeat_customer_revenue")
    assert repeated == pytest.approx(answers["repeat_customer_revenue"], abs=CENT)
    of_all = total(published, "repeat_revenue_rate", "denominator")
    assert of_all == pytest.approx(answers["revenue_of_known_customers_orders"], abs=CENT)
    assert repeated / of_all == pytest.approx(answers["repeat_revenue_rate"], rel=1e-9)
