"""How models are put in place, and unit tests run, on DuckDB."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from builds import ROOT
from small_project import SmallProject

FILES = {
    "models/things.sql": "{{ config(materialized='table') }} select 1 as id, cast('a' as varchar) as name",
    "models/named.sql": """
{{ config(materialized='view') }}
-- with a comment before it
with named as (select id, upper(name) as name from {{ ref('things') }} where name is not null)
select id, name from named -- with a comment at its end""",
    "models/models.yml": """
models:
  - name: things
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}, {name: name, data_type: varchar}]
  - name: named
    config: {contract: {enforced: true}}
    columns: [{name: name, data_type: varchar}, {name: id, data_type: integer}]
unit_tests:
  - name: a_thing_without_a_name_is_left_out
    model: named
    given: [{input: ref('things'), rows: [{id: 1}, {name: "o'b", id: 2}]}]
    expect: {rows: [{name: "O'B"}]}
  - name: nothing_comes_of_nothing
    model: named
    given: [{input: ref('things'), rows: []}]
    expect: {rows: []}
""",
}


def build(small: SmallProject) -> Any:
    """Build all."""
    return small.ask(lambda dbt: dbt.build(None, full_refresh=True))


def run_unit_tests(small: SmallProject) -> Any:
    """Run the unit tests over the models that stand."""
    return small.ask(
        lambda dbt: dbt._outcome("unit tests", dbt._invoke("test", ["--resource-type", "unit_test"], {}))
    )


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    """A table, a view over it, their contracts and unit tests, with the materializations of this project."""
    shutil.copytree(ROOT / "macros/materializations", tmp_path / "macros/materializations")
    return SmallProject(tmp_path, FILES)


def test_a_model_may_become_a_view_and_a_table_again(small: SmallProject):
    for kind in ("table", "view", "table"):
        small.replace("models/things.sql", "'table'", f"'{kind}'")
        assert build(small).tests.findings == ()
        assert small.execute("from named") == [(1, "A")]
        assert small.execute(
            "select table_type from information_schema.tables where table_name = 'things'"
        ) == [("BASE TABLE" if kind == "table" else "VIEW",)]


@pytest.mark.parametrize("model", ["things", "named"])
def test_a_broken_contract_leaves_what_stood(small: SmallProject, model: str):
    build(small)
    small.replace(
        f"models/{model}.sql",
        "select 1 as id" if model == "things" else "select id, upper",
        {"things": "select 2.5 as id", "named": "select cast(id as bigint) as id, upper"}[model],
    )
    [broken] = [found for found in build(small).tests.findings if found.check == model]
    assert "contract" in broken.why
    assert small.execute("from named") == [(1, "A")]


def test_unit_tests_give_their_rows_by_name(small: SmallProject):
    build(small)
    assert run_unit_tests(small).tests.passed == 2
    small.replace("models/named.sql", "where name is not null", "")
    [broken] = run_unit_tests(small).tests.findings
    assert (broken.check, broken.why) == (
        "a_thing_without_a_name_is_left_out",
        "expected (-) and actual (+) differ",
    )


def test_a_column_that_a_model_lacks_is_named(small: SmallProject):
    build(small)
    small.replace("models/models.yml", "rows: [{id: 1}, {name", "rows: [{it: 1}, {name")
    [broken] = run_unit_tests(small).tests.findings
    assert "A fixture of things has a column 'it'; there are id, name" in broken.why
