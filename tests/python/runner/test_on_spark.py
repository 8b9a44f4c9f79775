"""The tiny project on Spark: one of the run's own, and a Spark Connect server that is there already."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

from runner.targets import _spark_server as servers
from runner.targets._spark_server import Server

PROFILE = """
    spark:
      {type: spark, method: session, host: localhost, schema: default, threads: 1}
"""
COLUMN_TYPE = """
{% macro column_type(type) %}
    {{ return({'varchar': 'string'}.get(type, type) if target.type == 'spark' else type) }}
{% endmacro %}
"""
ON_SPARK = ("--target", "spark", "--as-of", "2026-02-28")


@pytest.fixture
def spark_tiny(tiny: Any) -> Any:
    """The tiny project with a profile for Spark."""
    profiles = (tiny.project / "profiles.yml").read_text(encoding="utf-8")
    tiny.write("profiles.yml", profiles.rstrip() + PROFILE)
    tiny.write("macros/column_type.sql", COLUMN_TYPE)
    # Spark compares a float with texts as texts.
    tiny.replace("models/core/orders.yml", "{values: [10, 20, 30]}", "{values: [10, 20, 30], quote: false}")
    return tiny


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that outlives runs."""
    address = servers.free_address()
    server: Server = servers.start(address, tmp_path / "cluster", cores="1", memory="1g")
    monkeypatch.setenv("MARKETING_KPIS_SPARK_REMOTE", address)
    yield address
    server.stop()


def published(address: str, query: str) -> list[tuple[Any, ...]]:
    """What a reader of the cluster meets."""
    session = SparkSession.builder.remote(address).create()
    try:
        return [tuple(row) for row in session.sql(query).collect()]
    finally:
        session.stop()


def processes(of: Path) -> str:
    told = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in told.splitlines() if str(of) in line)


def test_a_run_on_a_spark_of_its_own_publishes_duckdbs_figures_and_leaves_nothing(spark_tiny: Any) -> None:
    assert spark_tiny.run("--as-of", "2026-02-28", "--output", str(spark_tiny.project / "other")) == 0
    assert spark_tiny.run(*ON_SPARK) == 0
    query = "select * from kpi.kpi_values order by all"
    ours = spark_tiny.query(query)
    with duckdb.connect(str(spark_tiny.project / "other/kpis.duckdb"), read_only=True) as theirs:
        assert theirs.execute(query).fetchall() == ours
    assert len(ours) == 2
    assert {path.name for path in (spark_tiny.output / "spark").iterdir()} == {"raw"}
    assert processes(spark_tiny.project) == ""


def test_on_a_cluster_views_are_switched_and_only_what_changed_is_built(
    spark_tiny: Any, cluster: str
) -> None:
    assert spark_tiny.run(*ON_SPARK) == 0
    query = "select period_start, value from published.order_count order by 1"
    before = published(cluster, query)
    assert [value for _, value in before] == [5, 10]
    built = spark_tiny.result["models_built"]
    run = published(cluster, "select run_id from published.run")
    assert run == spark_tiny.query("select run_id from kpi.run")

    assert spark_tiny.run(*ON_SPARK) == 0
    assert spark_tiny.result["is_unchanged"] is True

    spark_tiny.write("exports/till/sales.csv", "sold_at\n2026-01-05\n")
    spark_tiny.replace(
        "exports/shop/orders.csv", "o10,2026-01-01,10\n", "o10,2026-01-01,10\no99,2026-01-01,10\n"
    )
    assert spark_tiny.run(*ON_SPARK) == 0
    assert spark_tiny.result["models_built"] <= built
    assert [value for _, value in published(cluster, query)] == [6, 10]
    tables = [row[1] for row in published(cluster, "show tables in published_tables")]
    assert len({table.rpartition("__")[2] for table in tables}) == 2, "this run's and the one before's"
    assert processes(spark_tiny.project / "output") == ""


def test_a_server_ends_with_whoever_started_it(tmp_path: Path) -> None:
    server = servers.start(servers.free_address(), tmp_path / "server", cores="1", memory="1g")
    assert "SparkConnectServer" in processes(tmp_path)
    assert server._process.stdin is not None
    server._process.stdin.close()  # as its end does, however it comes
    until = time.monotonic() + 20
    while processes(tmp_path) and time.monotonic() < until:
        time.sleep(0.2)
    assert processes(tmp_path) == ""
