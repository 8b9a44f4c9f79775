"""The example dashboard for Superset asks for what is published."""

from __future__ import annotations

from typing import Any

import duckdb
import yaml
from builds import ROOT, Build

FOLDER = ROOT / "examples/superset"


def read(pattern: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob(pattern))]


def test_each_chart_reads_columns_and_values_that_are_published(demo_build: Build) -> None:
    datasets = {dataset["uuid"]: dataset for dataset in read("datasets/*/*.yaml")}
    with duckdb.connect(str(demo_build.published), read_only=True) as published:
        for dataset in datasets.values():
            table = f"{dataset['schema']}.{dataset['table_name']}"
            names = {row[0] for row in published.execute(f"describe {table}").fetchall()}
            assert {column["column_name"] for column in dataset["columns"]} <= names
        for chart in read("charts/*.yaml"):
            dataset, asked = datasets[chart["dataset_uuid"]], chart["params"]
            named = {column["column_name"] for column in dataset["columns"]}
            used = {metric["column"]["column_name"] for metric in asked.get("metrics", ())}
            used |= {*asked.get("groupby", ()), *asked.get("all_columns", ())}
            used |= {asked["x_axis"]} if "x_axis" in asked else set()
            assert used <= named, chart["slice_name"]
            for rule in asked["adhoc_filters"]:
                assert rule["subject"] in named
                if rule["operator"] == "IN":
                    table = f"{dataset['schema']}.{dataset['table_name']}"
                    found = published.execute(f"select distinct {rule['subject']} from {table}").fetchall()
                    assert set(rule["comparator"]) <= {value for (value,) in found}, chart["slice_name"]


def test_the_dashboard_shows_every_chart() -> None:
    (dashboard,) = read("dashboards/*.yaml")
    shown = {
        part["meta"]["uuid"] for name, part in dashboard["position"].items() if name.startswith("CHART-")
    }
    assert shown == {chart["uuid"] for chart in read("charts/*.yaml")}
