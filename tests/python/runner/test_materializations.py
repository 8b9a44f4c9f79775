"""How models are put in place, and unit tests run, on DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from builds import ROOT

from runner.dbt import Dbt

FILES = {
    "dbt_project.yml": """
{name: small, version: "1.0", profile: small, flags: {send_anonymous_usage_stats: false}}
""",
    "profiles.yml": """
small:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('MARKETING_KPIS_WAREHOUSE') }}", schema: main, threads: 1}
""",
    "models/things.sql": "{{ config(materialized='table') }} select 1 as id, cast('a' as varchar) as name",
    "models/named.sql": """
{{ config(materialized='view') }}
-- with a comment before it
with named as (select id, upper(name) as name from {{ ref('things') }} where name is not null)
select id, name from named
""",
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


class Small:
    """The project in a folder, with the macros of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path, text in FILES.items():
            self.write(path, text)
        shutil.copytree(ROOT / "macros/materializations", folder / "macros/materializations")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        assert old in FILES[path]
        self.write(path, FILES[path].replace(old, new))

    def build(self) -> Any:
        """Build all, unit tests beside models."""
        return self._ask(lambda dbt: dbt.build(None, full_refresh=True))

    def test(self) -> Any:
        """Run the unit tests over the models that stand."""
        return self._ask(
            lambda dbt: dbt._outcome("unit tests", dbt._invoke("test", ["--resource-type", "unit_test"], {}))
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def _ask(self, what: Any) -> Any:
        warehouse = str(self.folder / "warehouse.duckdb")
        dbt = Dbt(
            self.folder,
            self.folder / "output",
            "duckdb",
            {},
            lambda _: {"MARKETING_KPIS_WAREHOUSE": warehouse},
            lambda _: None,
        )
        try:
            return what(dbt)
        finally:
            dbt.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    """A table, a view over it, their contracts and unit tests."""
    yield Small(tmp_path)


def test_a_model_may_become_a_view_and_a_table_again(small: Small):
    for kind in ("table", "view", "table"):
        small.replace("models/things.sql", "'table'", f"'{kind}'")
        assert small.build().tests.findings == ()
        assert small.query("from named") == [(1, "A")]
        assert small.query(
            "select table_type from information_schema.tables where table_name = 'things'"
        ) == [("BASE TABLE" if kind == "table" else "VIEW",)]


@pytest.mark.parametrize("model", ["things", "named"])
def test_a_broken_contract_leaves_what_stood(small: Small, model: str):
    small.build()
    small.replace(
        f"models/{model}.sql",
        "select 1 as id" if model == "things" else "select id, upper",
        {"things": "select 2.5 as id", "named": "select cast(id as bigint) as id, upper"}[model],
    )
    [broken] = [found for found in small.build().tests.findings if found.check == model]
    assert "contract" in broken.why
    assert small.query("from named") == [(1, "A")]


def test_unit_tests_give_their_rows_by_name(small: Small):
    small.build()
    assert small.test().tests.passed == 2
    small.replace("models/named.sql", "where name is not null", "")
    [broken] = small.test().tests.findings
    assert (broken.check, broken.why) == (
        "a_thing_without_a_name_is_left_out",
        "expected (-) and actual (+) differ",
    )


def test_a_column_that_a_model_lacks_is_named(small: Small):
    small.build()
    small.replace("models/models.yml", "rows: [{id: 1}, {name", "rows: [{it: 1}, {name")
    [broken] = small.test().tests.findings
    assert "A fixture of things has a column 'it'; there are id, name" in broken.why
