"""No model makes DuckDB pair all rows of two tables, whose cost would be the square of the data's size."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from builds import Build

from house_rules.plans import PairingJoin, pairing_joins

# What a condition holds: why it costs little. A model that reads a view has the view's joins too.
ALLOWED_CONDITIONS = {
    "generated_number": "a range or a list meets the numbers up to its length, each of which gives a row",
    "date_day >= first_day": "a list meets each day since its first, each of which gives a row",
    "booked_on <= date_day": "a cost meets the days that it is spread over, each of which gives a row",
    "settles_after_days": "a total meets each of its complete periods, each of which gives a row",
    "CASE WHEN ((claim = '": "a report meets the claims that its tool makes, each of which gives a row",
    "like_escape(lower(": "a tag meets the patterns of a lookup",
    "campaign_class IS NULL": "an origin of traffic meets the rules of a lookup",
}
# Models with a cross join: why it costs little.
ALLOWED_CROSS_JOINS = {
    "customer_stocks": "a row for every period, plan and segment is what is asked for",
    "exchange_rates": "a rate holds for eight days",
    "marketing_influenced_revenue_rate": "a row for every period and channel is what is asked for",
    "kpis": "holds marketing_influenced_revenue_rate",
}


@pytest.fixture(scope="module")
def plans(demo_build: Build) -> dict[str, tuple[PairingJoin, ...]]:
    """Of each model of the demo's build, the joins that pair all rows."""
    with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
        return {
            path.stem: pairing_joins(connection, path.read_text(encoding="utf-8"))
            for path in _compiled_models(demo_build.output / "target/compiled/marketing_kpis/models")
        }


def _compiled_models(folder: Path) -> list[Path]:
    """The models' queries; those of unit tests lie in folders named for a YAML file."""
    return [path for path in sorted(folder.rglob("*.sql")) if ".yml/" not in path.as_posix()]


def _is_allowed(model: str, join: PairingJoin) -> bool:
    if join.kind == "CROSS_PRODUCT":
        return model in ALLOWED_CROSS_JOINS
    return any(told in join.condition for told in ALLOWED_CONDITIONS)


def test_no_join_pairs_all_rows(plans: dict[str, tuple[PairingJoin, ...]]) -> None:
    assert {"kpis", "email_activity", "open_rate", "stg_generic__orders"} <= plans.keys()
    found = [
        f"{model}: {join.kind} {join.condition}"
        for model, joins in plans.items()
        for join in joins
        if not _is_allowed(model, join)
    ]
    assert not found, "\n".join(found)


def test_what_is_allowed_is_there(plans: dict[str, tuple[PairingJoin, ...]]) -> None:
    """An exception that nothing needs any longer goes."""
    conditions = [join.condition for joins in plans.values() for join in joins]
    assert [told for told in ALLOWED_CONDITIONS if not any(told in text for text in conditions)] == []
    crossed = {model for model, joins in plans.items() if any(join.kind == "CROSS_PRODUCT" for join in joins)}
    assert sorted(ALLOWED_CROSS_JOINS.keys() - crossed) == []


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("select * from a left join b on a.id = b.id", []),
        ("select * from a left join b on a.id = b.id and a.kind = 'deal'", ["BLOCKWISE_NL_JOIN"]),
        ("select * from a left join b on case when a.kind = 'deal' then a.id end = b.id", []),
        ("select * from a cross join b", ["CROSS_PRODUCT"]),
        ("select * from a inner join b on a.id <> b.id", ["NESTED_LOOP_JOIN"]),
        ("select * from a where id <= (select max(id) from b)", []),
        ("with top as (select max(id) as id from b) select * from a cross join top", []),
        ("with top as (select count(*) as n from b) select * from a cross join top", []),
        ("select * from a inner join raw._run as run on a.id <= run.last_id", []),
    ],
)
def test_plans_tell_which_joins_pair_all_rows(query: str, kinds: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select range as id, 'deal' as kind from range(5000)")
        connection.execute("create table b as select range as id from range(5000)")
        connection.execute("create schema raw; create table raw._run as select 9 as last_id")
        assert [join.kind for join in pairing_joins(connection, query)] == kinds
