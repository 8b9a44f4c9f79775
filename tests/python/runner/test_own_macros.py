"""Which macros a text calls: a change of one that is missed would be said to change no value."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from runner.dbt.macros import OwnMacros

MACROS = {
    "ties": "{{ adapter.dispatch('components', 'mine')(rows) }}",
    "default__components": "select {{ rounds() }}",
    "spark__components": "select 2",
    "rounds": "8",
    "duckdb__type_name": "double",
    "staging_models": "{{ rounds() }}",
}


def called(text: str, adapter: str = "duckdb") -> set[str]:
    """The macros that a text calls on a target."""
    own = {
        name: SimpleNamespace(name=name, package_name="mine", macro_sql=text) for name, text in MACROS.items()
    }
    others = {"theirs": SimpleNamespace(name="rounds", package_name="dbt", macro_sql="{{ ties() }}")}
    metadata = SimpleNamespace(project_name="mine", adapter_type=adapter)
    return set(OwnMacros(SimpleNamespace(metadata=metadata, macros={**others, **own})).called_by([text]))


@pytest.mark.parametrize(
    ("text", "adapter", "names"),
    [
        ("select {{ ties() }}", "duckdb", {"ties", "default__components", "rounds"}),
        ("select {{ ties() }}", "spark", {"ties", "default__components", "rounds", "spark__components"}),
        ("select {{ dbt.type_name('x') }}", "duckdb", {"duckdb__type_name"}),
        ("select {{ dbt.type_name('x') }}", "postgres", set()),
        ("select ties, rounds from components", "duckdb", set()),
        ("{{ staging_models() }}", "duckdb", set()),
    ],
)
def test_a_call_reaches_the_form_of_the_target_and_what_that_calls(text, adapter, names):
    assert called(text, adapter) == names
