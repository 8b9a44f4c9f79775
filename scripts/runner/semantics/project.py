"""The semantic layer as a dbt project of its own: a table a KPI, with semantic models and metrics."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from runner.errors import CouldNotRun
from runner.semantics.metrics import Metric
from runner.sql import quoted
from runner.storage import Storage

DATABASE = "semantics"  # of the tables, as the metrics' readers name it
DAYS = "days"
_DAY = "kpi_date"


def write_project(folder: Path, metrics: Sequence[Metric], storage: Storage) -> None:
    """Write the project into `folder`, in place of what stands there. It reads the warehouse of `storage`."""
    shutil.rmtree(folder, ignore_errors=True)
    models = folder / "models"
    models.mkdir(parents=True)
    _write_yaml(
        folder / "dbt_project.yml",
        {
            "name": "marketing_kpis_semantics",
            "version": "1.0.0",
            "config-version": 2,
            "profile": "marketing_kpis_semantics",
            "models": {"+materialized": "table"},
            "flags": {"send_anonymous_usage_stats": False},
        },
    )
    database = {
        "type": "duckdb",
        "path": str(folder / f"{DATABASE}.duckdb"),
        "attach": [{"path": str(storage.warehouse), "alias": storage.warehouse.stem, "read_only": True}],
        "settings": {"memory_limit": storage.memory},
        "threads": 1,
    }
    profile = {"target": "duckdb", "outputs": {"duckdb": database}}
    _write_yaml(folder / "profiles.yml", {"marketing_kpis_semantics": profile})
    for metric in metrics:
        (models / f"{metric.entry.kpi}.sql").write_text(_measured_rows(metric, storage), encoding="utf-8")
    (models / f"{DAYS}.sql").write_text(_days(metrics), encoding="utf-8")
    days = {
        "name": DAYS,
        "description": "A row a day, from the first day of any KPI to the last.",
        "time_spine": {"standard_granularity_column": "date_day"},
        "columns": [{"name": "date_day", "granularity": "day"}],
    }
    _write_yaml(models / f"{DAYS}.yml", {"models": [days]})
    for family, members in _by_family(metrics).items():
        told = {
            "semantic_models": [_semantic_model(metric) for metric in members],
            "metrics": [told for metric in members for told in _metrics(metric)],
        }
        _write_yaml(models / f"{family}.yml", told)


def build_project(folder: Path) -> None:
    """Build the project's tables; dbt leaves target/semantic_manifest.json too. Raises CouldNotRun."""
    dbt = "from dbt.cli.main import cli; cli()"
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--quiet"]
    told = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", dbt, "run", *options], cwd=folder, capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise CouldNotRun(
            f"dbt could not build {folder}: {' '.join(told.stdout.split()) or told.stderr.strip()}"
        )


def _measured_rows(metric: Metric, storage: Storage) -> str:
    """The rows of days on which all that the KPI needs is measured: before, no period has a value."""
    measured = f"{storage.warehouse.stem}.kpi.measured_since"
    return (
        f"select *\nfrom (\n\n{metric.query}\n\n) as summed\nwhere {_DAY} >= ("
        f"select first_day from {measured} where kpi = {quoted(metric.entry.kpi)})\n"
    )


def _days(metrics: Sequence[Metric]) -> str:
    all_days = "\n    union all\n    ".join(
        f"select min({_DAY}) as first_day, max({_DAY}) as last_day from {{{{ ref('{metric.entry.kpi}') }}}}"
        for metric in metrics
    )
    return (
        f"with ends as (\n    {all_days}\n)\n\n"
        "select unnest(generate_series(min(first_day), max(last_day), interval 1 day))::date as date_day\n"
        "from ends\n"
    )


def _semantic_model(metric: Metric) -> dict[str, Any]:
    kpi = metric.entry.kpi
    day = {"name": _DAY, "type": "time", "type_params": {"time_granularity": "day"}}
    return {
        "name": kpi,
        "model": f"ref('{kpi}')",
        "description": metric.entry.formula,
        "defaults": {"agg_time_dimension": _DAY},
        "primary_entity": kpi,
        "dimensions": [day, *({"name": name, "type": "categorical"} for name in metric.slices)],
        "measures": [
            {"name": name, "agg": "sum", "expr": column} for column, name in _measures(metric).items()
        ],
    }


def _metrics(metric: Metric) -> Iterable[dict[str, Any]]:
    kpi, label = metric.entry.kpi, metric.entry.label
    for column, name in _measures(metric).items():
        part = label if metric.is_total else f"{label}, {column}"
        yield {"name": name, "label": part, "type": "simple", "type_params": {"measure": name}}
    if not metric.is_total:
        yield {
            "name": kpi,
            "label": label,
            "description": metric.entry.formula,
            "type": "ratio",
            "type_params": dict(_measures(metric)),
        }


def _measures(metric: Metric) -> Mapping[str, str]:
    """The columns that are added up, and the names of their sums."""
    kpi = metric.entry.kpi
    return {column: kpi if metric.is_total else f"{kpi}_{column}" for column in metric.measures}


def _by_family(metrics: Sequence[Metric]) -> dict[str, list[Metric]]:
    families: dict[str, list[Metric]] = {}
    for metric in metrics:
        families.setdefault(metric.entry.family, []).append(metric)
    return families


def _write_yaml(path: Path, told: Any) -> None:
    path.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
