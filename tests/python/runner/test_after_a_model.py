"""What is done between a model and those that read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_project import SmallProject

from runner.targets.protocol import Action

FILES = {
    "models/sources.yml": "sources: [{name: raw, schema: main, tables: [{name: answer}]}]",
    "models/question.sql": "{{ config(materialized='table') }} select 6 as one, 7 as other",
    "models/reader.sql": "select number from {{ source('raw', 'answer') }} -- {{ ref('question') }}",
}


@pytest.fixture
def two(tmp_path: Path) -> SmallProject:
    """A project of two models, the second of which reads what is written after the first."""
    project = SmallProject(tmp_path, FILES)
    project.execute("create table answer (number int)")
    return project


def test_it_stands_before_the_models_behind_are_built(two: SmallProject):
    def answer(connection: Any) -> None:
        one, other = connection.execute("from question").fetchall()[0]
        connection.execute("insert into answer values (?)", [one * other])

    outcome = two.ask(lambda dbt: dbt.build(None, full_refresh=False, after={"question": Action(answer)}))
    assert (outcome.built, outcome.tests.findings) == (2, ())
    assert two.execute("from reader") == [(42,)]


def test_where_it_fails_the_model_has_failed_and_those_behind_are_skipped(two: SmallProject):
    def fail(connection: Any) -> None:
        raise ValueError("no answer")

    outcome = two.ask(lambda dbt: dbt.build(None, full_refresh=False, after={"question": Action(fail)}))
    assert (outcome.built, outcome.tests.skipped) == (0, 1)
    assert [(finding.check, "no answer" in finding.why) for finding in outcome.tests.findings] == [
        ("question", True)
    ]
