"""Lists the KPIs: what each is, by its YAML, and its latest published value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from runner.kpi_files import read_kpi_files
from runner.report.formatting import value_text
from runner.report.read_results import read_scorecard
from runner.results import Figure


@dataclass(frozen=True)
class Entry:
    """A KPI as `models/marts/<family>/<kpi>.yml` describes it."""

    kpi: str
    family: str
    label: str
    unit: str
    formula: str


def read_catalog(project: Path) -> tuple[Entry, ...]:
    """Every KPI of the project, by family and name."""
    entries = [
        Entry(kpi.name, kpi.family, kpi.meta["label"], kpi.meta["unit"], kpi.meta["formula"])
        for kpi in read_kpi_files(project)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.family, entry.kpi)))


def published_figures(published: Path) -> Mapping[str, Figure]:
    """The latest complete month of every KPI in the published file; empty where nothing is published."""
    if not published.is_file():
        return {}
    with duckdb.connect(str(published), read_only=True) as connection:
        return {figure.kpi: figure for figure in read_scorecard(connection)}


def write_catalog(entries: tuple[Entry, ...], figures: Mapping[str, Figure], path: Path) -> None:
    """Write the KPIs as a JSON list: each entry with its latest figure, or null. Raises OSError."""
    listed = [
        {**asdict(entry), "latest": asdict(figures[entry.kpi]) if entry.kpi in figures else None}
        for entry in entries
    ]
    path.write_text(json.dumps(listed, indent=2, default=str) + "\n", encoding="utf-8")


def show_catalog(
    entries: tuple[Entry, ...], figures: Mapping[str, Figure], currency: str, console: Console
) -> None:
    """Print one line per KPI: name, label, unit, formula, latest value and its month."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("name", no_wrap=True)
    for column in ("label", "unit", "formula"):
        table.add_column(column, overflow="fold")
    table.add_column("latest", justify="right", no_wrap=True)
    table.add_column("month", no_wrap=True)
    for entry in entries:
        figure = figures.get(entry.kpi)
        month = f"{figure.period_start:%Y-%m}" if figure and figure.period_start else ""
        latest = value_text(figure.value, entry.unit, currency) if figure else "-"
        table.add_row(entry.kpi, entry.label, entry.unit, entry.formula, latest, month)
    console.print(table)
