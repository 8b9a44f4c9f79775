"""Rows of the published file as dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

Row = dict[str, Any]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    """The rows that a query finds."""
    found = connection.execute(query)
    columns = [column[0] for column in found.description or ()]
    return (dict(zip(columns, row, strict=True)) for row in found.fetchall())


def rows_of_table(
    connection: duckdb.DuckDBPyConnection, table: str, order: str, limit: int | None = None
) -> list[Row]:
    """The rows of a table of the schema kpi in an order; none where an older file has no such table."""
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'kpi' and table_name = ?", [table]
    ).fetchone()
    most = "" if limit is None else f" limit {limit}"
    return list(rows_of(connection, f"from kpi.{table} order by {order}{most}")) if found else []
