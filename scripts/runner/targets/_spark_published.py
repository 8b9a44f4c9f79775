"""The database `published` of a cluster: views over one run's tables, switched to the next run's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from runner.sql import name_quoted
from runner.targets._spark_tables import spark_type
from runner.targets._working_file import columns_of

SCHEMA, TABLES = "published", "published_tables"
FIGURES = "kpi_values"


def run_id(spark: Any) -> str | None:
    """The run whose figures readers meet; None where nothing is published."""
    if not spark.catalog.tableExists(f"{SCHEMA}.run"):
        return None
    return str(spark.table(f"{SCHEMA}.run").first().run_id)


def prepare(spark: Any, file: Path) -> Callable[[], None]:
    """Take what the published file holds to the cluster, unseen. Returns what lets readers meet it.

    Every table is the run's own, so that a statement that reads those of the run before goes on. A view is
    switched on its own; those of KPIs read `kpi_values`, whose one switch changes all figures at once.
    """
    met = run_id(spark)
    for schema in (SCHEMA, TABLES):
        spark.sql(f"create database if not exists {schema}").collect()
    with duckdb.connect(str(file), read_only=True) as local:
        run = local.execute("select run_id from kpi.run").fetchall()[0][0]
        views: Mapping[str, str] = dict(
            local.execute(
                "select view_name, sql from duckdb_views()"
                " where schema_name = 'kpi' and not internal order by view_oid"
            ).fetchall()
        )
        tables = [
            row[0]
            for row in local.execute(
                "select table_name from duckdb_tables() where schema_name = 'kpi' order by table_name <> ?",
                [FIGURES],
            ).fetchall()
        ]
        queries = {name: _store(spark, local, name, run) for name in tables}
        for name, sql in views.items():
            query = (
                re.sub(r"(?is)^create view .*? as ", "", sql, count=1).rstrip().rstrip(";").replace('"', "`")
            )
            if _is_read(spark, re.sub(r"\bkpi\.`?(\w+)`?", rf"{TABLES}.`\1__{run}`", query), name, run):
                queries[name] = re.sub(r"\bkpi\.(?=`?\w)", f"{SCHEMA}.", query)
            else:
                queries[name] = _store(spark, local, name, run)

    def put_in_place() -> None:
        for name, query in queries.items():
            spark.sql(f"create or replace view {SCHEMA}.`{name}` as {query}").collect()
        _tidy(spark, queries, (run, met))

    return put_in_place


def _store(spark: Any, local: duckdb.DuckDBPyConnection, name: str, run: str) -> str:
    """Store a table or view of the file under the run's name. Returns the query that reads it."""
    there = f"{TABLES}.`{name}__{run}`"
    rows = local.sql(f"from kpi.{name_quoted(name)}").to_arrow_table()
    if rows.num_rows:
        spark.createDataFrame(rows).write.saveAsTable(there)
    else:
        types = columns_of(local, "kpi", name)
        layout = ", ".join(f"`{column}` {spark_type(kind)}" for column, kind in types.items())
        spark.sql(f"create table {there} ({layout}) using parquet").collect()
    return f"select * from {there}"


def _is_read(spark: Any, query: str, name: str, run: str) -> bool:
    """Whether Spark reads a view's query; then it stands under the run's name, for those that read it."""
    from pyspark.errors import PySparkException

    try:
        spark.sql(f"create or replace view {TABLES}.`{name}__{run}` as {query}").collect()
    except PySparkException:
        return False
    return True


def _tidy(spark: Any, published: Mapping[str, str], runs: tuple[str | None, ...]) -> None:
    """Drop what no run's readers meet: those of the run before may still be reading."""
    for row in spark.sql(f"show views in {SCHEMA}").collect():
        if row.viewName not in published:
            spark.sql(f"drop view {SCHEMA}.`{row.viewName}`").collect()
    views = {row.viewName for row in spark.sql(f"show views in {TABLES}").collect()}
    for row in spark.sql(f"show tables in {TABLES}").collect():
        if row.tableName.rpartition("__")[2] not in runs:
            kind = "view" if row.tableName in views else "table"
            spark.sql(f"drop {kind} {TABLES}.`{row.tableName}`").collect()
