"""How DuckDB means to run a query, and the joins in it that cost the product of both sides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

# Each row of one side meets each of the other; the merging kinds do so at worst.
PAIRING_JOINS = frozenset(
    {
        "NESTED_LOOP_JOIN",
        "BLOCKWISE_NL_JOIN",
        "CROSS_PRODUCT",
        "IE_JOIN",
        "PIECEWISE_MERGE_JOIN",
    }
)
_PASSES_ROWS = frozenset({"PROJECTION", "FILTER", "STREAMING_WINDOW", "WINDOW", "ORDER_BY"})
# The last: DuckDB knows the count of a whole table while it plans.
_ONE_ROW = frozenset({"UNGROUPED_AGGREGATE", "DUMMY_SCAN", "COLUMN_DATA_SCAN"})
_CTES = frozenset({"CTE", "MATERIALIZED_CTE"})
_ONE_ROW_TABLES = ("raw._run", "core.yearly_retention", "core.purchase_history")


@dataclass(frozen=True)
class PairingJoin:
    """One join of a plan that pairs all rows: DuckDB's name of it, and its condition."""

    kind: str
    condition: str


def pairing_joins(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[PairingJoin, ...]:
    """The joins in DuckDB's plan of `query` that pair all rows, but for those with a single row.

    Raises duckdb.Error for a query that DuckDB cannot plan.
    """
    row = connection.execute(f"explain (format json) {query}").fetchone()
    assert row is not None
    nodes = [node for root in json.loads(row[1]) for node in _nodes(root)]
    queries = {
        node["extra_info"]["Table Index"]: node["children"][0]
        for node in nodes
        if node["name"].strip() in _CTES
    }
    return tuple(
        PairingJoin(node["name"].strip(), _condition(node))
        for node in nodes
        if node["name"].strip() in PAIRING_JOINS
        and not any(_has_one_row(child, queries) for child in node["children"])
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from _nodes(child)


def _has_one_row(node: dict[str, Any], queries: dict[str, dict[str, Any]]) -> bool:
    """Whether a plan's branch gives one row at most, whatever the tables hold.

    queries: the plan's CTEs by index.
    """
    name, told, children = node["name"].strip(), node["extra_info"], node["children"]
    if name in _ONE_ROW:
        return True
    if name in _PASSES_ROWS:
        return _has_one_row(children[0], queries)
    if name in _CTES:
        return _has_one_row(children[1], queries)
    if name == "CTE_SCAN":
        return _has_one_row(queries[told["CTE Index"]], queries)
    if name == "CROSS_PRODUCT":
        return all(_has_one_row(child, queries) for child in children)
    return str(told.get("Table", "")).endswith(_ONE_ROW_TABLES)


def _condition(node: dict[str, Any]) -> str:
    """The condition on one line."""
    told = node["extra_info"].get("Conditions") or node["extra_info"].get("Condition") or ""
    return " and ".join(told) if isinstance(told, list) else " ".join(str(told).split())
