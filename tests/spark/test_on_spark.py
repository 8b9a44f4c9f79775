"""The models on Spark, in a local session: every type, and every unit test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.ingest.declarations import read_exports

ROOT = Path(__file__).resolve().parents[2]
# Of small data: what Spark would do for large ones costs more than the models.
_SETTINGS = {
    "spark.default.parallelism": "1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_TYPES = {"varchar": "string"}
Dbt = Callable[..., list[str]]


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dbt]:
    """`dbt(*arguments)` where all that models read stands, empty and typed: what it says of failed nodes."""
    from dbt.cli.main import dbtRunner
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    builder: Any = SparkSession.builder
    builder = builder.master("local[2]").config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sql("create database raw")
    for export in read_exports(ROOT / "models/staging"):
        columns = "".join(f"`{c.name}` {_TYPES.get(c.data_type, c.data_type)}, " for c in export.columns)
        session.sql(f"create table raw.`{export.table}` ({columns}_file string, _row bigint) using parquet")

    def run(*arguments: str) -> list[str]:
        answer = dbtRunner().invoke(
            [
                *("--quiet", "--log-path", str(folder / "logs"), *arguments),
                *("--target", "spark", "--target-path", str(folder / "target")),
                *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            ]
        )
        assert answer.exception is None, answer.exception
        results = getattr(answer.result, "results", ())
        return [
            f"{result.node.name if hasattr(result, 'node') else result}: {result.message}"
            for result in results
            if str(result.status) not in ("success", "pass")
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run("seed") == []
        assert run("run-operation", "create_typed_parents") == []
        yield run
    session.stop()


def test_every_unit_test_passes(dbt: Dbt) -> None:
    assert dbt("test", "--select", "test_type:unit") == []


def test_every_model_has_the_types_of_its_contract(dbt: Dbt) -> None:
    assert dbt("run", "--empty") == []
