"""Comments on all that is published: every table, view and column says what it is, as the YAML has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runner.published.views import WIDE_VIEWS
from runner.sql import name_quoted, quoted

_OWN = Path(__file__).with_name("tables.yml")
_SHARED = ("kpis", "catalog")  # what their columns mean, columns of the same name mean elsewhere


@dataclass(frozen=True)
class Described:
    """What is said of a table or view, and of its columns by name."""

    text: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def read_descriptions(project: Path, relations: Collection[str]) -> dict[str, Described]:
    """What the YAML of the project's models and of the runner says of the published `relations`."""
    told = {
        name: Described(table["description"], table.get("columns", {}))
        for name, table in yaml.load(_OWN.read_text(encoding="utf-8"), yaml.CSafeLoader).items()
    }
    for path in sorted((project / "models").rglob("*.yml")):
        if path.stem in relations:
            content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
            told |= {model["name"]: _of_model(model) for model in content.get("models", [])}
    return told


def comment_statements(
    relations: Mapping[str, tuple[str, Sequence[str]]],
    told: Mapping[str, Described],
    labels: Mapping[str, str],
) -> Iterator[str]:
    """COMMENT statements for `relations` of the schema kpi: by name their kind (table, view) and columns.

    labels: what a KPI's own column in a wide view says.
    """
    shared: dict[str, str] = {}
    for name in reversed(_SHARED):
        shared |= told.get(name, Described()).columns
    for name, (kind, columns) in relations.items():
        described, place = told.get(name, Described()), f"kpi.{name_quoted(name)}"
        if described.text:
            yield f"comment on {kind} {place} is {quoted(described.text)}"
        own = {**shared, **described.columns, **(labels if name in WIDE_VIEWS else {})}
        for column in columns:
            if own.get(column):
                yield f"comment on column {place}.{name_quoted(column)} is {quoted(own[column])}"


def _of_model(model: Mapping[str, Any]) -> Described:
    columns = {
        column["name"]: _line(column["description"])
        for column in model.get("columns", [])
        if column.get("description")
    }
    return Described(_line(model.get("description", "")), columns)


def _line(text: str) -> str:
    return " ".join(text.split())
