"""The tables of the working file that an engine is sent from and brings its own to."""

from __future__ import annotations

import duckdb

from runner.sql import name_quoted, quoted


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    """The columns of a table or view in the current database, {name: DuckDB's type}, in order."""
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = current_database()"
        f" and schema_name = {quoted(schema)} and table_name = {quoted(table)} order by column_index"
    ).fetchall()
    return dict(rows)


def make_way(local: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Drop the table or view of this name, so that another can take its place. Returns the quoted name."""
    name = f"{schema}.{name_quoted(table)}"
    local.execute(f"create schema if not exists {schema}")
    kinds = local.execute(
        "select table_type from information_schema.tables where table_catalog = current_database()"
        f" and table_schema = {quoted(schema)} and table_name = {quoted(table)}"
    ).fetchall()
    for (kind,) in kinds:
        local.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name} cascade")
    return name
