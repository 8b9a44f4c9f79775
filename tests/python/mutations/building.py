"""Mutants beside the models they were made from, in one copy of the project, so that dbt reads it once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from mutations.mutants import Mutant

FOLDER = "models/mutants"
_CONFIG = "{{ config(schema='mutants', materialized='view') }}\n"


def add_mutant(project: Path, name: str, mutant: Mutant | None, tested: str) -> None:
    """Write a model `name`: `tested` as the mutant makes it (None: unchanged), with copies of its unit tests.

    Raises LookupError where the text to be replaced is not there exactly once.
    """
    model = next((project / "models").rglob(f"{tested}.sql"))
    properties = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    sql, tests = model.read_text(encoding="utf-8"), properties.get("unit_tests", ())
    tests = [test for test in tests if test["model"] == tested]
    if mutant is not None:
        path = project / mutant.file
        text = path.read_text(encoding="utf-8")
        if mutant.old not in text:
            raise LookupError(f"{mutant.what}: {mutant.file} no longer holds {mutant.old!r}")
        mutated = text.replace(mutant.old, mutant.new)
        if path == model:
            sql = mutated
        else:
            sql, tests = _with_own_macros(project, name, mutated, sql, tests)
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text(_CONFIG + sql, encoding="utf-8")
    copies = [{**test, "name": f"{name}__{number}", "model": name} for number, test in enumerate(tests)]
    (folder / f"{name}.yml").write_text(yaml.safe_dump({"unit_tests": copies}), encoding="utf-8")


def _with_own_macros(
    project: Path, name: str, macros: str, sql: str, tests: list[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """A mutated macro file under names of its own, and model and tests that call them by those."""
    defined = re.findall(r"\{%-?\s*macro\s+(\w+)", macros)
    any_of_them = "|".join(map(re.escape, defined))
    # Called, or named where dbt finds the one that an engine has of its own.
    pattern = re.compile(rf"(?<![\w.'])({any_of_them})(?=\()|(?<=dispatch\(')({any_of_them})(?=')")

    def own(macro: str) -> str:
        engine, has_engine, general = macro.partition("__")
        return f"{engine}__{name}_{general}" if engine and has_engine else f"{name}_{macro}"

    def renamed(text: str) -> str:
        return pattern.sub(lambda found: own(found[0]), text)

    (project / "macros" / f"{name}.sql").write_text(renamed(macros), encoding="utf-8")
    own_tests = []
    for test in tests:
        overrides = dict(test.get("overrides", {}))
        overrides["macros"] = {
            own(macro) if macro in defined else macro: value
            for macro, value in overrides.get("macros", {}).items()
        }
        own_tests.append({**test, "overrides": overrides})
    return renamed(sql), own_tests
