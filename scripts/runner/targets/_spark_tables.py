"""Takes tables from the working file to Spark as Parquet, and what models made of them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CouldNotRun
from runner.sql import name_quoted, quoted
from runner.targets._working_file import columns_of, make_way

_TO_SPARK: Mapping[str, str] = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double",
    "HUGEINT": "decimal(38, 0)",
    "INTEGER": "int",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp_ntz",
    "VARCHAR": "string",
}


def spark_type(duckdb_type: str) -> str:
    """Spark's name of a type. Raises CouldNotRun for a type it has not."""
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.lower()
    if duckdb_type not in _TO_SPARK:
        raise CouldNotRun(f"Spark is sent no values of the type {duckdb_type}.")
    return _TO_SPARK[duckdb_type]


def send_table(
    local: duckdb.DuckDBPyConnection,
    spark: Any,
    table: str,
    wanted: Sequence[str],
    folder: Path,
    *,
    afresh: bool,
) -> None:
    """Let a raw table of Spark hold what the working file has: a Parquet file per file of the export.

    wanted: the columns to send, all where none are named. A file is named after its rows: those of changed
    files alone are written. folder: that of all raw tables, which Spark reaches under the same path.
    """
    types = {name: t for name, t in columns_of(local, "raw", table).items() if not wanted or name in wanted}
    names = ", ".join(
        f"cast({quoted_name} as decimal(38, 0)) as {quoted_name}" if types[name] == "HUGEINT" else quoted_name
        for name in types
        for quoted_name in (name_quoted(name),)
    )
    layout = ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in types.items())
    there = folder / table / hashlib.sha256(layout.encode()).hexdigest()[:16]
    there.mkdir(parents=True, exist_ok=True)
    columns, file = ", ".join(map(name_quoted, types)), "_file" if "_file" in types else "''"
    parts = local.execute(
        f"select {file}, count(*), cast(sum(hash(row({columns}))) as varchar)"
        f" from raw.{name_quoted(table)} group by all"
    ).fetchall()
    stands = {path.name for path in there.iterdir()}
    keep = set()
    for of_file, rows, digest in parts:
        mark = hashlib.sha256(f"{of_file}|{rows}|{digest}".encode()).hexdigest()
        name = f"{mark}.parquet"
        keep.add(name)
        if name in stands and not afresh:
            continue
        chosen = f" where _file is not distinct from {quoted(of_file)}" if "_file" in types else ""
        draft = there / f"_{name}"  # Spark passes over what begins so
        local.execute(
            f"copy (select {names} from raw.{name_quoted(table)}{chosen}) to {quoted(draft)} (format parquet)"
        )
        draft.replace(there / name)
    for name in stands - keep:
        (there / name).unlink()
    spark.sql(f"drop table if exists raw.`{table}`").collect()
    spark.sql(f"create table raw.`{table}` ({layout}) using parquet location '{there.as_uri()}'").collect()
    sent = spark.table(f"raw.`{table}`").count() if keep else 0
    if sent != sum(rows for _, rows, _ in parts):
        raise CouldNotRun(f"Spark reads {sent} of {sum(rows for _, rows, _ in parts)} rows of raw.{table}.")


def receive_table(local: duckdb.DuckDBPyConnection, spark: Any, schema: str, table: str) -> None:
    """Put a table or view of Spark into the working file, in place of what has its name there."""
    rows = spark.table(f"`{schema}`.`{table}`").toArrow()
    name = make_way(local, schema, table)
    local.register("received", rows)
    try:
        kinds = local.execute("describe received").fetchall()
        columns = ", ".join(
            f"cast({name_quoted(column)} as double) as {name_quoted(column)}"
            if kind.startswith("DECIMAL")
            else name_quoted(column)
            for column, kind, *_ in kinds
        )
        local.execute(f"create table {name} as select {columns} from received")
    finally:
        local.unregister("received")
