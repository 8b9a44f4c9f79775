"""What the YAML files of KPIs say, for whoever asks without dbt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class KpiFile:
    """A KPI as its YAML declares it; `meta` is what stands under `config.meta.kpi`."""

    name: str
    family: str
    description: str
    meta: Mapping[str, Any]
    sql: Path


def read_kpi_files(project: Path) -> Iterator[KpiFile]:
    """Every KPI of the project, by family and file."""
    for path in sorted((project / "models/marts").glob("*/*.yml")):
        told = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        for model in told.get("models", []):
            meta = model.get("config", {}).get("meta", {}).get("kpi")
            if meta:
                description = " ".join(model.get("description", "").split())
                sql = path.with_name(f"{model['name']}.sql")
                yield KpiFile(model["name"], path.parent.name, description, meta, sql)
