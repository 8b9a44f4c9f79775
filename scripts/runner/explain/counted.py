"""The rows of the warehouse that a value is counted from, by the KPI's own SQL."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from runner.explain.place import Place
from runner.sql import quoted

_PLACED = "placed"  # the CTE in which every shape puts its rows into periods
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Counted:
    """What the rows of one source add up to; `source` is None where the rows do not say."""

    source: str | None
    rows: int
    unmeasured: int  # rows that lack what is counted, or its base, and so count nowhere
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class CountedRows:
    """What a value is counted from. rows_of: what the KPI's SQL calls them; columns and rows: the first."""

    rows_of: str
    tables: tuple[str, ...]
    by_source: tuple[Counted, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()

    def differs_from(self, numerator: float | None) -> bool:
        """Whether the rows that stand make another figure than the published one."""
        told = [counted.numerator for counted in self.by_source if counted.numerator is not None]
        if numerator is None:
            return False
        return abs(sum(told) - numerator) > _TOLERANCE * max(abs(numerator), 1)


def read_counted(
    connection: duckdb.DuckDBPyConnection, place: Place, most_rows: int = 0
) -> CountedRows | None:
    """The rows that `place` is counted from, at most `most_rows` of them with their ids.

    connection: to the warehouse. None where the KPI's view does not stand there, or is of no shape.
    """
    view = connection.execute(
        "select sql from duckdb_views() where schema_name = 'kpi'"
        f" and database_name = current_database() and view_name = {quoted(place.kpi)}"
    ).fetchone()
    query = _Query.read(connection, view[0]) if view else None
    if query is None:
        return None
    columns = query.columns()
    conditions = _conditions(place, columns)
    if conditions is None:
        return None
    return CountedRows(
        query.rows, tuple(query.tables), _by_source(connection, query, columns, conditions),
        *_first_rows(connection, query, columns, conditions, most_rows),
    )  # fmt: skip


def _conditions(place: Place, columns: list[str]) -> str | None:
    """SQL: the row is of the period and the slice; None where its columns do not tell."""
    start = f"date {quoted(place.period_start.isoformat())}"
    days = f"period_grain = {quoted(place.period_grain)} and period_start = {start}"
    if "kpi_date" in columns:
        end = f"least(date {quoted(place.last_day.isoformat())}, (select as_of from raw._run))"
        days = f"kpi_date between {start} and {end}"
    if place.dimension in columns:
        text = f"coalesce(nullif(trim(cast({place.dimension} as varchar)), ''), '(none)')"
        return f"{days} and {text} = {quoted(place.dimension_value)}"
    if "dimension" in columns:
        return (
            f"{days} and dimension = {quoted(place.dimension)}"
            f" and dimension_value = {quoted(place.dimension_value)}"
        )
    return days if place.dimension == "all" else None


def _by_source(
    connection: duckdb.DuckDBPyConnection, query: _Query, columns: list[str], conditions: str
) -> tuple[Counted, ...]:
    beside = [name for name in query.ids() if name == "source" and name not in columns]
    source = "source" if "source" in columns else f"{_ID}source" if beside else "null"
    base = "denominator" if "denominator" in columns else None
    measured = " and ".join(f"{name} is not null" for name in ("numerator", base) if name)
    rows = connection.execute(
        f"select cast({source} as varchar), count(*) filter ({measured}), count(*) filter (not ({measured})),"
        f" sum(cast(numerator as double)) filter ({measured}),"
        f" {f'sum(cast({base} as double)) filter ({measured})' if base else 'null'}"
        f" from ({query.text(beside)}) where {conditions} group by 1 order by 2 desc, 1"
    ).fetchall()
    return tuple(Counted(*row) for row in rows)


def _first_rows(
    connection: duckdb.DuckDBPyConnection, query: _Query, columns: list[str], conditions: str, most: int
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """What names the first rows, and what each counts for: their ids, or else their slices."""
    if not most:
        return (), ()
    ids = [name for name in query.ids() if name not in columns]
    figures = [name for name in ("numerator", "denominator") if name in columns]
    told = [name for name in columns if name not in figures and (not ids or name in ("kpi_date", "source"))]
    chosen = [*told, *(f"{_ID}{name}" for name in ids), *figures]
    found = connection.execute(
        f"select {', '.join(chosen)} from ({query.text(ids)}) where {conditions}"
        f" and {' and '.join(f'{name} is not null' for name in figures)} order by all limit {most}"
    ).fetchall()
    return (*told, *ids, *figures), tuple(tuple(row) for row in found)


_ID = "_id_of_row_"


class _Query:
    """A KPI's view up to the CTE of its rows, taken apart and put together by DuckDB's own parser."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tree: dict[str, Any], rows: str) -> None:
        self._connection, self._tree, self.rows = connection, tree, rows
        self._ctes = {each["key"]: each["value"]["query"]["node"] for each in self._map}

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection, view: str) -> _Query | None:
        """The query of CREATE VIEW `view`; None where it is of no shape."""
        query = view.split(" AS ", 1)[1].rstrip().rstrip(";")
        tree = json.loads(connection.execute(f"select json_serialize_sql({quoted(query)})").fetchall()[0][0])
        if tree.get("error") or tree["statements"][0]["node"]["type"] != "SELECT_NODE":
            return None
        ctes = {each["key"]: each["value"] for each in tree["statements"][0]["node"]["cte_map"]["map"]}
        if _PLACED not in ctes:
            return None
        read = {table["table_name"] for table in _tables(ctes[_PLACED]) if not table["schema_name"]}
        rows = (read & ctes.keys()) - {_PLACED}
        return cls(connection, tree, rows.pop()) if len(rows) == 1 else None

    @property
    def _map(self) -> list[dict[str, Any]]:
        mapped: list[dict[str, Any]] = self._tree["statements"][0]["node"]["cte_map"]["map"]
        return [each for each in mapped if each["key"] != _PLACED]

    @property
    def tables(self) -> list[str]:
        """The tables of the warehouse that the rows are made from."""
        found = [f"{t['schema_name']}.{t['table_name']}" for t in _tables(self._map) if t["schema_name"]]
        return sorted(set(found))

    def ids(self) -> list[str]:
        """The columns that name a row of the table that the rows are read from, where they are its rows."""
        node = self._ctes[self.rows]
        table = _first_table(node.get("from_table"))
        if node["type"] != "SELECT_NODE" or node["group_expressions"] or table is None:
            return []
        columns = self._connection.execute(
            f"select column_name from duckdb_columns() where schema_name = {quoted(table['schema_name'])}"
            f" and table_name = {quoted(table['table_name'])} and database_name = current_database()"
            " and (column_name like '%\\_id' escape '\\' or column_name like '%\\_key' escape '\\'"
            " or column_name in ('source', 'export', 'file', 'line')) order by column_index"
        ).fetchall()
        return [column for (column,) in columns]

    def text(self, ids: list[str] | None = None) -> str:
        """The query of the rows, with the columns `ids` of the table that they are read from."""
        tree = json.loads(json.dumps(self._tree))
        node = tree["statements"][0]["node"]
        node["cte_map"]["map"] = [each for each in node["cte_map"]["map"] if each["key"] != _PLACED]
        node["from_table"]["table_name"] = self.rows
        node["select_list"] = [_star(self._connection)]
        rows = next(each for each in node["cte_map"]["map"] if each["key"] == self.rows)["value"]["query"][
            "node"
        ]
        table = _first_table(rows.get("from_table"))
        for name in ids or []:
            assert table is not None
            column = {
                "class": "COLUMN_REF",
                "type": "COLUMN_REF",
                "alias": f"{_ID}{name}",
                "query_location": 0,
            }
            rows["select_list"].append(
                {**column, "column_names": [table["alias"] or table["table_name"], name]}
            )
        told = self._connection.execute(f"select json_deserialize_sql({quoted(json.dumps(tree))})").fetchall()
        return _crossed(str(told[0][0]))

    def columns(self) -> list[str]:
        """The columns of the rows."""
        found = self._connection.execute(f"describe {self.text()}").fetchall()
        return [row[0] for row in found]


def _crossed(query: str) -> str:
    """`query` with its cross joins spelled out.

    DuckDB writes them as commas, which bind less than the joins that follow: another query, or none.
    """
    return re.sub(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")| , """, lambda found: found[1] or " cross join ", query)


def _star(connection: duckdb.DuckDBPyConnection) -> Any:
    """`*`, as this version of the parser writes it."""
    tree = json.loads(connection.execute("select json_serialize_sql('select * from t')").fetchall()[0][0])
    return tree["statements"][0]["node"]["select_list"][0]


def _tables(tree: Any) -> list[dict[str, Any]]:
    """Every table that a part of a query reads."""
    if isinstance(tree, list):
        return [table for part in tree for table in _tables(part)]
    if not isinstance(tree, dict):
        return []
    own = [tree] if tree.get("type") == "BASE_TABLE" else []
    return own + [table for part in tree.values() for table in _tables(part)]


def _first_table(part: Any) -> dict[str, Any] | None:
    """The leftmost table of a FROM, where it is one of the warehouse's."""
    while part is not None and part.get("type") == "JOIN":
        part = part["left"]
    return part if part is not None and part.get("type") == "BASE_TABLE" and part["schema_name"] else None
