"""The project's settings take what they say they take."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from builds import ROOT

from runner.errors import UsageError
from runner.settings import Settings
from runner.variables import VARIABLES

SETTINGS = Settings(project=ROOT, exports=ROOT, output=ROOT)


def test_every_setting_of_the_project_says_what_it_takes() -> None:
    assert VARIABLES.keys() == SETTINGS.project_variables.keys()
    SETTINGS.check_variables()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reporting_currency", "USD"),
        ("reporting_timezone", "America/New_York"),
        ("lead_window_days", None),
        ("half_life_days", 0.5),
        ("margin", 1),
        ("automation_start", "2026-01-31"),
        ("sector", "retail"),
        ("ga4_key_events", []),
    ],
)
def test_a_value_that_it_takes(name: str, value: Any) -> None:
    dataclasses.replace(SETTINGS, variables={name: value}).check_variables()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("reporting_currency", "euro", "is euro; it takes an ISO code such as EUR."),
        ("reporting_timezone", "Mars/Olympus", "is Mars/Olympus; it takes an IANA time zone"),
        ("reporting_timezone", None, "is null; it takes an IANA time zone"),
        ("inactive_days", 0, "is 0; it takes a whole number of days, at least 1."),
        ("inactive_days", True, "is True; it takes a whole number of days"),
        (
            "cohort_window_days",
            30.5,
            "is 30.5; it takes a whole number of days, at least 1, or null: so far.",
        ),
        ("half_life_days", 0, "is 0; it takes a number of days above 0."),
        ("margin", "lots", "is lots; it takes a share from 0 to 1."),
        ("automation_start", "soon", "is soon; it takes a date such as 2026-01-31, or null: no uplift."),
        ("attribution_model", "best", "is best; it takes a `model` in seeds/lookups/attribution_rules.csv."),
        ("sector", "o'clock", "is o'clock; it takes a sector as `lookups/benchmarks.csv` beside the exports"),
        ("ga4_key_events", "purchase", "is purchase; it takes a list of names."),
        ("ga4_key_events", ["a'b"], "it takes a list of names."),
    ],
)
def test_a_value_that_it_does_not_take(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(UsageError) as asked:
        dataclasses.replace(SETTINGS, variables={name: value}).check_variables()
    assert asked.value.message.startswith(f"--vars: {name} is ")
    assert sentence in asked.value.message


def test_a_wrong_value_in_the_project_itself_is_named_there(tiny: Any) -> None:
    tiny.replace("dbt_project.yml", "reporting_timezone: UTC", "reporting_timezone: GMT+25")
    with pytest.raises(UsageError, match=r"dbt_project.yml: reporting_timezone is GMT\+25"):
        Settings(tiny.project, tiny.project, tiny.project).check_variables()
