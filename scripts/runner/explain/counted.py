"""The rows of the warehouse that a value is counted from, by the KPI's own SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

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
    """A KPI's view up to the CTE of its rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ctes: Mapping[str, exp.CTE], rows: str) -> None:
        self._connection, self._ctes, self.rows = connection, ctes, rows

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection, view: str) -> _Query | None:
        """The query of CREATE VIEW `view`; None where it is of no shape."""
        ctes = {cte.alias: cte for cte in sqlglot.parse_one(view, dialect="duckdb").expression.ctes}
        placed = ctes.pop(_PLACED, None)
        read = {table.name for table in placed.find_all(exp.Table)} & ctes.keys() if placed else set()
        for join in (join for cte in ctes.values() for join in cte.find_all(exp.Join)):
            # DuckDB keeps cross joins as commas, which bind less than the joins that follow.
            if not (join.kind or join.side or join.args.get("on") or join.args.get("using")):
                join.set("kind", "CROSS")
        return cls(connection, ctes, read.pop()) if len(read) == 1 else None

    @property
    def tables(self) -> list[str]:
        """The tables of the warehouse that the rows are made from."""
        read = (table for cte in self._ctes.values() for table in cte.find_all(exp.Table))
        return sorted({f"{table.db}.{table.name}" for table in read if table.db})

    def ids(self) -> list[str]:
        """The columns that name a row of the table that the rows are read from, where they are its rows."""
        table = self._table
        if table is None:
            return []
        columns = self._connection.execute(
            f"select column_name from duckdb_columns() where schema_name = {quoted(table.db)}"
            f" and table_name = {quoted(table.name)} and database_name = current_database()"
            " and (column_name like '%\\_id' escape '\\' or column_name like '%\\_key' escape '\\'"
            " or column_name in ('source', 'export', 'file', 'line')) order by column_index"
        ).fetchall()
        return [column for (column,) in columns]

    @property
    def _table(self) -> exp.Table | None:
        """The leftmost table of the rows' FROM, where it is the warehouse's and they are its rows."""
        rows = self._ctes[self.rows].this
        if not isinstance(rows, exp.Select) or rows.args.get("group"):
            return None
        source = rows.find(exp.From)  # the key of it among a select's parts changes with versions
        first = source.this if source else None
        return first if isinstance(first, exp.Table) and first.db else None

    def text(self, ids: Sequence[str] = ()) -> str:
        """The query of the rows, with the columns `ids` of the table that they are read from."""
        query = sqlglot.select("*").from_(self.rows)
        for name, cte in self._ctes.items():
            rows = cte.this
            if name == self.rows and self._table is not None:
                of = self._table.alias_or_name
                rows = rows.select(*(exp.column(each, table=of).as_(f"{_ID}{each}") for each in ids))
            query = query.with_(name, rows)
        return query.sql(dialect="duckdb")

    def columns(self) -> list[str]:
        """The columns of the rows."""
        found = self._connection.execute(f"describe {self.text()}").fetchall()
        return [row[0] for row in found]
