"""The export files that a value stands on: which, and how many of their rows are of the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from runner.explain.place import Place
from runner.ingest.declare.declarations import Export
from runner.masking import masked
from runner.sql import name_quoted, quoted


@dataclass(frozen=True)
class FileRows:
    """What became of a file's rows. dated: of those accepted how many are of the period; None: undated."""

    export: str
    reached: str  # direct, or by way of exchange rates or of who is who alone
    file: str
    sha256: str | None
    rows_read: int
    accepted: int
    dated: int | None
    quarantined: int
    superseded: int
    added_up: int
    left_out: int


@dataclass(frozen=True)
class ExportRows:
    """The first rows of an export that are of the period: columns are file, line and the export's key."""

    export: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Period:
    """The period of `place`, and the declared exports by table whose rows may be of it."""

    place: Place
    exports: Mapping[str, Export]
    zone: str  # of the days that are counted

    def holds(self, export: Export) -> str:
        """SQL: a moment that the row tells of lies in the period; empty where the export is not dated."""
        days = (self.place.period_start, self.place.last_day)
        start, end = (f"date {quoted(day.isoformat())}" for day in days)
        if export.range and export.range.last:
            first, last = (self._day(export, column) for column in (export.range.first, export.range.last))
            return f"{first} <= {end} and coalesce({last}, {first}) >= {start}"
        told = (self._day(export, column) for column in export.first_days)
        return " or ".join(f"{day} between {start} and {end}" for day in told)

    def _day(self, export: Export, column: str) -> str:
        name = name_quoted(column)
        if export.column(column).data_type == "date":
            return name
        return f"cast(timezone({quoted(self.zone)}, timezone('UTC', {name})) as date)"


def read_files(
    connection: duckdb.DuckDBPyConnection, period: Period, ways: Mapping[str, str]
) -> tuple[FileRows, ...]:
    """Every file of the exports that `ways` names, with how each export is reached.

    connection: to the warehouse.
    """
    found = []
    for table, way in ways.items():
        export = period.exports.get(table)
        if export is None:
            continue
        of_period = period.holds(export)
        counts: dict[str, int] = {}
        if of_period and _stands(connection, table):
            counts = dict(
                connection.execute(
                    f"select _file, count(*) from raw.{name_quoted(table)} where {of_period} group by 1"
                ).fetchall()
            )
        for file, *told in connection.execute(
            "select file, sha256, rows_read, accepted, quarantined, superseded, added_up, left_out"
            f" from raw._files where source = {quoted(export.source)} and export = {quoted(export.name)}"
            " order by file"
        ).fetchall():
            sha256, rows_read, accepted, *others = told
            dated = counts.get(file, 0) if of_period else None
            found.append(FileRows(table, way, masked(file), sha256, rows_read, accepted, dated, *others))
    return tuple(found)


def read_rows(
    connection: duckdb.DuckDBPyConnection, period: Period, tables: Sequence[str], most: int
) -> tuple[ExportRows, ...]:
    """The first `most` rows of each of `tables` that are of the period, by their ids alone."""
    found = []
    for table in tables:
        export = period.exports[table]
        of_period = period.holds(export)
        if not of_period or not _stands(connection, table):
            continue
        columns = ("_file", "_row", *export.key)
        rows = connection.execute(
            f"select {', '.join(map(name_quoted, columns))} from raw.{name_quoted(table)} where {of_period}"
            f" order by _file, _row limit {most}"
        ).fetchall()
        if rows:
            told = tuple((masked(str(file)), *others) for file, *others in rows)
            found.append(ExportRows(table, ("file", "line", *export.key), told))
    return tuple(found)


def _stands(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(
        connection.execute(
            f"select 1 from duckdb_tables() where schema_name = 'raw' and table_name = {quoted(table)}"
            " and database_name = current_database()"
        ).fetchone()
    )
