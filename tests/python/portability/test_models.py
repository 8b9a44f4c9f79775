"""Every model keeps to what DuckDB, PostgreSQL and Spark share, and every rule can go red."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from portability.compiled import compile_for_postgres
from portability.source_rules import faults_in_source
from portability.tree_rules import faults_in_tree, floats_as_text, output_columns, ranks_in_output

TABLES = {"orders": ["order_id", "person", "amount", "ordered_at"], "people": ["person", "segment"]}


def test_every_model_is_portable(project: Path, tmp_path: Path) -> None:
    compiled = compile_for_postgres(project, tmp_path)
    columns_of = dict(compiled.declared)
    faults = []
    for model in compiled.models:
        faults.extend(f"{model.path}: {fault}" for fault in faults_in_source(model.text))
        faults.extend(f"{model.path}: {fault}" for fault in faults_in_tree(model.sql, columns_of))
        if model.path.startswith(("models/core/", "models/marts/")):
            faults.extend(f"{model.path}: {fault}" for fault in ranks_in_output(model.sql))
        faults.extend(f"{model.path}: {fault}" for fault in floats_as_text(model.sql, compiled.floats))
        columns_of[model.name] = output_columns(model.sql, columns_of)
    assert not faults, "\n".join(sorted(set(faults)))
    assert len(compiled.models) > 60, "most of the project was not compiled"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("select amount::int from orders", "::"),
        ("select ordered_at + interval '1 day' from orders", "interval"),
        ("select date_trunc('month', ordered_at) from orders", "date_trunc"),
        ("select split_part(person, '@', 1) from orders", "split_part"),
        ("select string_agg(person, ', ') from orders", "string_agg"),
        ("select timezone('UTC', ordered_at) from orders", "time zone"),
        ("select ordered_at at time zone 'UTC' from orders", "time zone"),
        ("select cast(amount as double) from orders", "one engine alone"),
        ("select amount / 10.0 from orders", "divide as_double"),
        ("select current_date", "clock"),
        ("select * from orders where ordered_at < now()", "clock"),
    ],
)
def test_a_text_that_one_engine_alone_reads_is_refused(text: str, rule: str) -> None:
    assert any(rule in fault for fault in faults_in_source(text)), list(faults_in_source(text))


def test_every_fixture_in_sql_is_portable(project: Path) -> None:
    faults, count = [], 0
    for path in sorted((project / "models").rglob("*.yml")):
        told = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        for test in told.get("unit_tests", ()):
            for given in [*test.get("given", ()), test.get("expect") or {}]:
                if given.get("format") == "sql" and "rows" in given:
                    count += 1
                    faults += [f"{test['name']}: {fault}" for fault in faults_in_source(given["rows"])]
    for path in sorted((project / "tests/sql").rglob("*.sql")):
        faults += [f"{path.name}: {fault}" for fault in faults_in_source(path.read_text(encoding="utf-8"))]
    assert not faults, "\n".join(faults)
    assert count > 3


def test_comments_quoted_texts_and_macros_are_not_a_models_own_text() -> None:
    text = (
        """{# an interval :: #} select {{ dbt.cast('x', 'double') }} as x, 'now(' as y from z -- now() ::"""
    )
    assert not list(faults_in_source(text))


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("select order_id from orders qualify row_number() over (order by order_id) = 1", "qualify"),
        ("select person, sum(amount) as a from orders group by all", "group by all"),
        ("select distinct on (person) person from orders", "distinct on"),
        ("select x -> x + 1 from orders", "function"),
        ("select array[1, 2] as a from orders", "list"),
        ("select try_cast(amount as int) as a from orders", "try_cast"),
        ("select current_date as d", "clock"),
        ("select now() as d", "clock"),
        ("select person from orders where person ~ 'a'", "regular expression"),
        ("select person from orders where person ilike 'a'", "ilike"),
        ("select order_id from orders limit 1", "limit"),
        ("select orders.person from orders inner join people using (person)", "using"),
        ("select orders.person from orders natural join people", "by itself"),
        ("select list_sum(amount) as a from orders", "list_sum"),
        ("select median(amount) as a from orders", "median"),
        (
            "select date_part('year', ordered_at) as a, strftime(ordered_at, '%Y') as b from orders",
            "strftime",
        ),
        ("select cast(amount as decimal(38, 9)) as a from orders", "loses places"),
        ("select amount * 2 as twice, twice + 1 as more from orders", "lateral alias: twice"),
        ("select amount * 2 as twice from orders where twice > 3", "lateral alias: twice"),
        ("select amount * 2 as twice, count(*) as n from orders group by twice", "lateral alias: twice"),
        (
            "with a as (select * from orders) select amount * 2 as twice, twice + 1 as b from a",
            "lateral alias: twice",
        ),
    ],
)
def test_a_tree_that_one_engine_alone_runs_is_refused(sql: str, rule: str) -> None:
    assert any(rule in fault for fault in faults_in_tree(sql, TABLES)), list(faults_in_tree(sql, TABLES))


@pytest.mark.parametrize(
    ("sql", "is_refused"),
    [
        ("select row_number() over (order by person) as n from orders", True),
        (
            "with a as (select person, rank() over (order by person) as n from orders)"
            " select case when person = 'x' then a.n end as m from a",
            True,
        ),
        ("select cast(row_number() over (order by person) as bigint) as n from orders", False),
        ("select count(*) over (partition by person) as n from orders", False),
    ],
)
def test_a_rank_that_is_given_away_is_cast(sql: str, is_refused: bool) -> None:
    assert bool(list(ranks_in_output(sql))) is is_refused


@pytest.mark.parametrize(
    ("sql", "is_refused"),
    [
        ("select person || cast(orders.amount as text) as told from orders", True),
        (
            "select cast(order_id as text) as told, cast(amount as double precision) as amount from orders",
            False,
        ),
    ],
)
def test_a_float_is_not_cast_to_text(sql: str, is_refused: bool) -> None:
    assert bool(list(floats_as_text(sql, {"amount"}))) is is_refused


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(amount as decimal(27, 9)) + 1 as a from orders",
        "select cast(cast(amount as decimal(38, 9)) as text) as b from orders",
        "select cast(cast(amount as bigint) as decimal(38, 0)) as a from orders",
        "select amount as amount, amount + 1 as more from orders",
        "with a as (select * from orders) select upper(person) as person, person || '!' as b from a",
        "select o.person, max(segment) as segment from orders as o"
        " inner join people on o.person = people.person"
        " where segment is not null group by o.person",
        "select person, row_number() over (partition by person order by ordered_at) as n from orders",
        "select person, grouping(person) as g from orders group by grouping sets ((), (person))",
    ],
)
def test_what_all_engines_speak_is_let_through(sql: str) -> None:
    assert not list(faults_in_tree(sql, TABLES))
