"""What is published says what it is, as the YAML of the models has it."""

from __future__ import annotations

from typing import Any

import yaml
from builds import ROOT

from runner.published.comments import comment_statements, read_descriptions

BESIDE_THE_MARTS = ("targets", "benchmarks")


def published_models() -> dict[str, tuple[str, list[str]]]:
    """The models beside the KPIs that are published, with their columns."""
    files = [*(ROOT / "models/marts").glob("*.yml")]
    files += [ROOT / f"models/core/shared/{name}.yml" for name in BESIDE_THE_MARTS]
    models: list[Any] = []
    for file in files:
        models += (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("models", [])
    return {model["name"]: ("table", [column["name"] for column in model["columns"]]) for model in models}


def test_every_published_table_and_column_is_described() -> None:
    models = published_models()
    assert "scorecard" in models
    statements = "\n".join(comment_statements(models, read_descriptions(ROOT, list(models)), {}))
    wanted = [f'comment on table kpi."{name}" is ' for name in models]
    wanted += [
        f'comment on column kpi."{name}"."{column}" is '
        for name, (_, columns) in models.items()
        for column in columns
    ]
    assert [start for start in wanted if start not in statements] == []
