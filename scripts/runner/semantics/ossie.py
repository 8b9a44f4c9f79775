"""The semantic layer as Apache Ossie documents: the version that dbt 1.12 reads, and the newest.

Source of both forms: core-spec/ossie-schema.json and its history in https://github.com/apache/ossie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner.semantics.metrics import Metric
from runner.semantics.project import DATABASE

OLDER, NEWEST = "0.1.1", "0.2.0.dev0"


def ossie_document(metrics: Sequence[Metric], version: str) -> Mapping[str, Any]:
    """The document of `version`, OLDER or NEWEST, over the tables of the semantic layer's project."""
    model = {
        "name": "marketing_kpis",
        "description": "Marketing KPIs that add up over days, by day and by their slices, crossed or not.",
        "datasets": [_dataset(metric, version) for metric in metrics],
        "metrics": [_metric(metric, version) for metric in metrics],
    }
    return {"version": version, "semantic_model": [model]}


def _dataset(metric: Metric, version: str) -> dict[str, Any]:
    kpi = metric.entry.kpi
    types = {"kpi_date": "Date", **dict.fromkeys(metric.slices, "String")}
    types |= dict.fromkeys(metric.measures, "Float")
    return {
        "name": kpi,
        "source": f"{DATABASE}.main.{kpi}",
        "description": f"What {kpi} adds up: a row per day and slices.",
        "fields": [_field(name, of, name not in metric.measures, version) for name, of in types.items()],
    }


def _field(name: str, datatype: str, is_dimension: bool, version: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "expression": _expression(name)}
    if is_dimension:
        told["dimension"] = {"is_time": datatype == "Date"}
    if version == NEWEST:
        told["datatype"] = datatype
    return told


def _metric(metric: Metric, version: str) -> dict[str, Any]:
    entry = metric.entry
    total, base = (f"SUM({entry.kpi}.{column})" for column in ("numerator", "denominator"))
    if metric.is_total:
        formula = total
    elif version == NEWEST:
        formula = f"{total} / NULLIF({base}, 0)"
    else:
        # dbt 1.12 takes a plain quotient apart, and divides by no zero itself.
        formula = f"({total}) / ({base})"
    told: dict[str, Any] = {
        "name": entry.kpi,
        "expression": _expression(formula),
        "description": f"{entry.label}: {entry.formula}.",
    }
    if version == NEWEST:
        told["datatype"] = "Float"
    return told


def _expression(sql: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}
