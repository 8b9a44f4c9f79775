"""Writes the semantic layer beside what is published."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial

import yaml

from runner.dbt.commands import Dbt
from runner.dbt.staging_list import write_staging_list
from runner.errors import UsageError
from runner.report.catalog import read_catalog
from runner.semantics.metrics import Metric, read_metrics
from runner.semantics.ossie import NEWEST, OLDER, ossie_document
from runner.semantics.project import build_project, write_project
from runner.settings import Settings
from runner.storage import Storage
from runner.targets import open_target
from runner.worker import Worker

FOLDER = "semantics"
DOCUMENT, DOCUMENT_FOR_DBT = "kpis.ossie.yaml", "kpis.ossie.json"


def write_semantics(settings: Settings, storage: Storage) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """Write the project and the documents into the output. Returns the metrics, and the KPIs that are none.

    Raises UsageError where there is no warehouse to read, CouldNotRun where dbt cannot build the tables.
    """
    if settings.target != "duckdb":
        raise UsageError(f"semantics reads the local warehouse, which target {settings.target} has not.")
    if not storage.published.is_file():
        raise UsageError(f"No KPIs are published in {settings.output} yet: run `python scripts/run.py`.")
    write_staging_list(settings.project)
    entries = {entry.kpi: entry for entry in read_catalog(settings.project)}
    opened = partial(open_target, settings.target, settings.output, settings.memory)
    make = partial(Dbt, settings.project, settings.output, settings.target, settings.variables, opened)
    with closing(Worker(make, lambda _: None)) as dbt:
        metrics, others = read_metrics(entries, dbt.call("kpi_rows", sorted(entries)))
    write_project(settings.output / FOLDER, metrics, storage)
    build_project(settings.output / FOLDER)
    newest = yaml.safe_dump(ossie_document(metrics, NEWEST), sort_keys=False, allow_unicode=True, width=110)
    (settings.output / DOCUMENT).write_text(newest, encoding="utf-8")
    older = json.dumps(ossie_document(metrics, OLDER), indent=2, ensure_ascii=False) + "\n"
    (settings.output / DOCUMENT_FOR_DBT).write_text(older, encoding="utf-8")
    return metrics, others
