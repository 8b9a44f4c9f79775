"""What is done between a model and those that read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.dbt import Dbt

FILES = {
    "dbt_project.yml": """
{name: two, version: "1.0", profile: two, flags: {send_anonymous_usage_stats: false}}
""",
    "profiles.yml": """
two:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('MARKETING_KPIS_WAREHOUSE') }}", schema: main, threads: 1}
""",
    "models/sources.yml": "sources: [{name: raw, schema: main, tables: [{name: answer}]}]",
    "models/question.sql": "{{ config(materialized='table') }} select 6 as one, 7 as other",
    "models/reader.sql": "select number from {{ source('raw', 'answer') }} -- {{ ref('question') }}",
}


@pytest.fixture
def two(tmp_path: Path) -> Any:
    """A project of two models, the second of which reads what is written after the first."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    warehouse = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(warehouse)).execute("create table answer (number int)").close()
    project = Dbt(
        tmp_path,
        tmp_path / "output",
        "duckdb",
        {},
        lambda folder: {"MARKETING_KPIS_WAREHOUSE": str(warehouse)},
        lambda _: None,
    )
    yield project
    project.close()


def test_it_stands_before_the_models_behind_are_built(two: Any, tmp_path: Path):
    def answer(connection: Any) -> None:
        one, other = connection.execute("from question").fetchall()[0]
        connection.execute("insert into answer values (?)", [one * other])

    outcome = two.build(None, full_refresh=False, after={"question": answer})
    two.close()
    assert (outcome.built, outcome.tests.findings) == (2, ())
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("from reader").fetchall() == [(42,)]


def test_where_it_fails_the_model_has_failed_and_those_behind_are_skipped(two: Any):
    def fail(connection: Any) -> None:
        raise ValueError("no answer")

    outcome = two.build(None, full_refresh=False, after={"question": fail})
    assert (outcome.built, outcome.tests.skipped) == (0, 1)
    assert [(finding.check, "no answer" in finding.why) for finding in outcome.tests.findings] == [
        ("question", True)
    ]
