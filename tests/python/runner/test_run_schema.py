"""What every run writes is what docs/run.schema.json says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from builds import ROOT

SCHEMA = json.loads((ROOT / "docs/run.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def faults(result: dict[str, Any]) -> list[str]:
    """What of a run.json is not as the schema says."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(result)]


def test_a_published_run_a_failed_one_and_a_refused_one_are_as_told(tiny: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert tiny.run("--quiet") == 0
    assert faults(tiny.result) == []
    tiny.write("exports/shop/orders.csv", "order_id,ordered_at,amount\no1,2026-01-01,99\no2,soon,10\n")
    assert tiny.run("--quiet", "--max-bad-share", "1", "--max-drop", "1") == 1
    assert tiny.result["quarantine"]
    assert faults(tiny.result) == []
    arguments = ("--max-bad-share", "1", "--max-drop", "1", "--select", "nothing_of_the_kind")
    assert tiny.run("--quiet", *arguments) == 2
    assert tiny.result["message"]
    assert faults(tiny.result) == []


@pytest.mark.parametrize("change", [{"more": 1}, {"exit_code": "0"}, {"loaded": [{}]}, {"command": "list"}])
def test_another_object_is_none(tiny: Any, change: dict[str, Any]) -> None:
    assert tiny.run("load", "--quiet") == 0
    assert faults({**tiny.result, **change})
