"""A shop that sold nothing in some months and tells of no spend: from its files to the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from builds import Build, Prepare, build_files
from second_opinion.compare import differences, read_figures
from second_opinion.house import House
from second_opinion.opinions import opinions
from second_opinion.periods import Calendar

FILES = {
    "generic/orders.csv": """order_id,email,ordered_at,gross,currency,channel
o1,a@x.example,2025-11-05 10:00,100,EUR,email
o2,b@x.example,2026-02-05 10:00,50,EUR,email
o3,c@x.example,2026-03-09 10:00,50,EUR,direct
""",
    "generic/contacts.csv": """person_id,email,lead_at
c1,a@x.example,2025-10-15
c2,b@x.example,2026-06-02
""",
    "generic/social_posts.csv": """date,network,post_id,reactions
2025-12-01,instagram,p1,5
""",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory, project: Path, prepare: Prepare) -> Build:
    """A build of the files."""
    return build_files(tmp_path_factory.mktemp("zero_or_unknown"), FILES, project, prepare)


@pytest.fixture(scope="module")
def published(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """What BI tools open."""
    assert build.result["exit_code"] == 0, build.stdout + build.stderr
    with duckdb.connect(str(build.published), read_only=True) as connection:
        yield connection


def months(published: duckdb.DuckDBPyConnection, kpi: str) -> dict[str, float | None]:
    """The figures of everything by month, complete or not."""
    rows = published.execute(
        "select strftime(period_start, '%Y-%m'), value from kpi.kpis"
        " where kpi = ? and period_grain = 'month' and dimension = 'all' order by 1",
        [kpi],
    ).fetchall()
    return dict(rows)


def test_a_month_in_which_nothing_was_sold_is_nothing(published: duckdb.DuckDBPyConnection) -> None:
    revenue = months(published, "total_revenue")
    assert revenue == {
        "2025-11": 100, "2025-12": 0, "2026-01": 0, "2026-02": 50, "2026-03": 50, "2026-04": 0, "2026-05": 0,
    }  # fmt: skip


def test_where_nobody_tells_of_spend_nothing_is_known_of_costs(published: duckdb.DuckDBPyConnection) -> None:
    for kpi in (
        "customer_acquisition_cost",
        "cost_per_acquisition",
        "cost_per_lead",
        "marketing_profit",
        "marketing_roi",
        "marketing_influenced_revenue_rate",
        "attributed_revenue",
    ):
        assert set(months(published, kpi).values()) <= {None}, kpi


def test_a_count_that_nobody_measures_is_not_nothing(published: duckdb.DuckDBPyConnection) -> None:
    assert months(published, "video_watch_hours") == {}
    assert months(published, "marketing_qualified_leads") == {}
    assert months(published, "social_engagements")["2026-01"] == 0


def test_the_month_that_the_data_began_in_is_not_complete(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select distinct strftime(period_start, '%Y-%m') from kpi.kpis"
        " where kpi = 'total_revenue' and period_grain = 'month' and not is_complete"
    ).fetchall()
    assert rows == [("2025-11",)]


def test_the_scorecard_shows_the_latest_complete_month(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select kpi, strftime(period_start, '%Y-%m'), value, verdict from kpi.scorecard"
        " where period_grain = 'month' and dimension = 'all'"
        " and kpi in ('total_revenue', 'average_order_value', 'customer_acquisition_cost') order by kpi"
    ).fetchall()
    assert rows == [
        ("average_order_value", "2026-05", None, None),
        ("total_revenue", "2026-05", 0, "unchanged"),
    ]


def test_the_second_opinion_agrees(build: Build) -> None:
    with duckdb.connect(str(build.warehouse), read_only=True) as warehouse:
        clock = warehouse.execute("select first_day, as_of from raw._run").fetchone()
        rows = warehouse.execute(
            "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator,"
            " value, value_low, value_high, is_complete from kpi.kpis"
        ).fetchall()
    assert clock
    figures = read_figures(rows)
    house = House(build.output.parent / "exports", Calendar(*clock))
    found = [
        difference
        for kpi in ("total_revenue", "order_count", "new_customers", "new_leads", "customer_acquisition_cost",
                    "cost_per_lead", "social_engagements", "average_order_value", "marketing_profit")
        for difference in differences(kpi, figures.get(kpi, {}), opinions()[kpi](house))
    ]  # fmt: skip
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ([5, 4, 6, 0], True),
        ([5, 4, 6, 0, 0], True),
        ([0, 5, 4, 0, 6, 5, 4, 0], True),
        ([5, 4, 6, 3], False),
        ([5, 4, 0, 6, 0], False),
        ([5, 4, 0], False),
    ],
)
def test_a_total_that_has_fallen_to_nothing_is_told(
    project: Path, values: Sequence[int], is_told: bool
) -> None:
    text = (project / "tests/sql/assert_no_total_has_fallen_to_nothing.sql").read_text(encoding="utf-8")
    text = text.replace(
        "{{ dbt.dateadd('month', -2, 'last_told_month') }}", "last_told_month - interval 2 month"
    )
    query = re.sub(r"\{[#{](?! ref).*?[#}]\}", "", text, flags=re.DOTALL).replace("{{ ref('kpis') }}", "kpis")
    with duckdb.connect() as connection:
        connection.execute(
            "create table kpis (kpi varchar, period_grain varchar, period_start date, dimension varchar,"
            " is_complete boolean, value double, denominator double)"
        )
        for number, value in enumerate(values, 1):
            connection.execute(
                "insert into kpis values"
                f" ('total', 'month', date '2026-{number:02}-01', 'all', true, {value}, null)"
            )
        assert bool(connection.execute(query).fetchall()) is is_told
