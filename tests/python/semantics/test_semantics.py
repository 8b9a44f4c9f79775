"""The semantic layer says what the views say: asked by MetricFlow, and as Apache Ossie documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from builds import Build
from metricflow.converters.models import OSIDocument
from metricflow.converters.osi_to_msi import OSIToMSIConverter
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantic_interfaces.type_enums import MetricType
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from runner.semantics.ossie import NEWEST, OLDER

Value = tuple[str, str, Any]  # of a month: dimension, its value, the month


class DuckDb:
    """What MetricFlow has to know of an engine to write SQL for it; we run the SQL."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@pytest.fixture(scope="module")
def output(
    demo_build: Build, run_command: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy of the demo's output, with its semantic layer."""
    output = tmp_path_factory.mktemp("output")
    for name in ("kpis.duckdb", "warehouse.duckdb", "state.json"):
        shutil.copy2(demo_build.output / name, output / name)
    answer = run_command(demo_build.project, "semantics", "--output", str(output))
    assert answer.returncode == 0, answer.stderr
    return output


@pytest.fixture(scope="module")
def tables(output: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The layer's tables, and what was published."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{output}/semantics/semantics.duckdb' as semantics (read_only)")
        connection.execute(f"attach '{output}/kpis.duckdb' as published (read_only)")
        connection.execute("use semantics")
        yield connection


@pytest.fixture(scope="module")
def document(output: Path) -> Any:
    return yaml.safe_load((output / "kpis.ossie.yaml").read_text(encoding="utf-8"))


def test_every_kpi_that_adds_up_over_days_is_a_metric_and_no_other(document: Any, output: Path) -> None:
    with duckdb.connect(str(output / "kpis.duckdb"), read_only=True) as connection:
        additive = {
            kpi for (kpi,) in connection.execute("select kpi from kpi.catalog where is_additive").fetchall()
        }
    metrics = {metric["name"] for metric in document["semantic_model"][0]["metrics"]}
    assert metrics <= additive
    # Of a person's answers the last of a period may be the one that counts.
    assert additive - metrics == {"net_promoter_score"}


def test_metricflow_answers_what_the_views_say(
    output: Path, document: Any, tables: duckdb.DuckDBPyConnection
) -> None:
    manifest = (output / "semantics/target/semantic_manifest.json").read_text(encoding="utf-8")
    told = PydanticSemanticManifestTransformer.transform(PydanticSemanticManifest.parse_raw(manifest))
    engine = MetricFlowEngine(SemanticManifestLookup(told), DuckDb())  # type: ignore[arg-type]
    compared = 0
    for kpi, slices in slices_of(document).items():
        for dimension in ("all", *slices):
            by = ["metric_time__month", *([f"{kpi}__{dimension}"] if dimension != "all" else [])]
            request = MetricFlowQueryRequest.create(metric_names=[kpi], group_by_names=by)
            sql = engine.explain(request).sql_statement.sql
            value = f"{kpi}__{dimension}" if dimension != "all" else "'all'"
            found = tables.execute(
                f"select '{dimension}', {value}, metric_time__month::date, {kpi} from ({sql})"
            ).fetchall()
            compared += compare(kpi, dimension, {(d, v, m): x for d, v, m, x in found}, tables)
    assert compared > 10_000


def test_the_ossie_document_says_what_the_views_say(document: Any, tables: duckdb.DuckDBPyConnection) -> None:
    assert document["version"] == NEWEST
    (model,) = document["semantic_model"]
    sources = {dataset["name"]: dataset["source"] for dataset in model["datasets"]}
    slices = slices_of(document)
    for metric in model["metrics"]:
        kpi, formula = metric["name"], metric["expression"]["dialects"][0]["expression"]
        for dimension in ("all", *slices[kpi]):
            value = "'all'" if dimension == "all" else dimension
            found = tables.execute(
                f"select {value}, date_trunc('month', kpi_date)::date, {formula}"
                f" from {sources[kpi]} as {kpi} group by all"
            ).fetchall()
            compare(kpi, dimension, {(dimension, v, m): x for v, m, x in found}, tables)


def test_dbt_takes_the_older_document_apart_as_it_is_meant(output: Path, document: Any) -> None:
    """dbt 1.12 reads Ossie documents by this converter."""
    told = OSIDocument.parse_raw((output / "kpis.ossie.json").read_text(encoding="utf-8"))
    assert told.version == OLDER
    read = OSIToMSIConverter().convert(told).output
    metrics = {metric.name: metric for metric in read.metrics}
    for metric in document["semantic_model"][0]["metrics"]:
        is_ratio = "/" in metric["expression"]["dialects"][0]["expression"]
        assert metrics[metric["name"]].type is (MetricType.RATIO if is_ratio else MetricType.SIMPLE)
        parts = (
            [f"{metric['name']}_numerator", f"{metric['name']}_denominator"] if is_ratio else [metric["name"]]
        )
        for part in parts:
            told_of = metrics[part].type_params.metric_aggregation_params
            assert told_of is not None
            assert told_of.semantic_model == metric["name"]


def test_crossed_slices_add_up_to_one(tables: duckdb.DuckDBPyConnection) -> None:
    crossed = tables.execute(
        "select sum(part) from"
        " (select campaign, segment, sum(numerator) as part from main.open_rate group by all)"
    ).fetchone()
    published = tables.execute(
        "select sum(numerator) from published.kpi.open_rate where period_grain = 'day' and dimension = 'all'"
    ).fetchone()
    assert crossed == published


def slices_of(document: Any) -> dict[str, list[str]]:
    """Of each metric its slices."""
    return {
        dataset["name"]: [
            field["name"] for field in dataset["fields"] if field.get("dimension") == {"is_time": False}
        ]
        for dataset in document["semantic_model"][0]["datasets"]
    }


def compare(
    kpi: str, dimension: str, found: dict[Value, float | None], tables: duckdb.DuckDBPyConnection
) -> int:
    """Hold the values of months against those that were published; returns how many are.

    Of a month in which the measuring began, published as not complete, the layer has the measured days.
    """
    published = {
        (dimension, value, month): figure
        for value, month, figure in tables.execute(
            """
            select dimension_value, period_start, value from published.kpi.kpis
            where kpi = $kpi and dimension = $dimension and period_grain = 'month'
            and period_start >= (select first_day from published.kpi.measured_since where kpi = $kpi)
            """,
            {"kpi": kpi, "dimension": dimension},
        ).fetchall()
    }
    first = min((month for _, _, month in published), default=None)
    found = {place: figure for place, figure in found.items() if first and place[2] >= first}
    assert found.keys() <= published.keys(), kpi
    for place, figure in published.items():
        # A period in which nothing happened has no rows, and counts 0 or nothing.
        if not figure or found.get(place) is None:
            assert not figure, (kpi, place)
            assert not found.get(place), (kpi, place)
        else:
            assert found[place] == pytest.approx(figure, rel=1e-12), (kpi, place)
    return len(published)
