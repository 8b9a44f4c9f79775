"""Decides per file what a declaration leaves open: the decimal sign, and whether day or month comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import Column, Export
from runner.ingest.read.names import normal
from runner.ingest.read.relation import Relation
from runner.ingest.stage import parsing
from runner.ingest.stage.parsing import Dialect

_DAY_OR_MONTH = re.compile(r"%(-?)([dm])")


def settled(
    connection: duckdb.DuckDBPyConnection, relation: Relation, export: Export, name: str
) -> tuple[Relation, Export]:
    """The relation and the export with one decimal sign and one order of day and month.

    What reads more of the file's values is meant; where both orders of a date read as many, the header that
    speaks for one. Raises CheckFailed, naming a date, where none does; duckdb.Error where the file cannot be
    read this way at all.
    """
    if export.decimal == "auto":
        sign = _decimal(connection, relation, export)
        # What the other sign reads shows it: then no number may be meant either way.
        relation = relation if sign == relation.decimal else replace(relation, decimal=sign, doubtful={})
    columns = tuple(
        _in_one_order(connection, relation, export, column, name)
        if column.name in relation.texts and has_both_orders(column)
        else column
        for column in export.columns
    )
    return relation, replace(export, columns=columns) if columns != export.columns else export


def has_both_orders(column: Column) -> bool:
    """Whether two of a column's formats differ in nothing but which of day and month comes first."""
    return any(_swapped(form) in column.time_formats for form in column.time_formats)


def _swapped(form: str) -> str | None:
    """The format with day and month exchanged, None where it has not both."""
    if sorted(found[2] for found in _DAY_OR_MONTH.finditer(form)) != ["d", "m"]:
        return None
    return _DAY_OR_MONTH.sub(lambda found: f"%{found[1]}{'m' if found[2] == 'd' else 'd'}", form)


def _is_day_first(form: str) -> bool:
    found = _DAY_OR_MONTH.search(form)
    return found is not None and found[2] == "d"


def _decimal(connection: duckdb.DuckDBPyConnection, relation: Relation, export: Export) -> str:
    """The other decimal sign than the delimiter suggests where that reads more of the numbers."""
    columns = [
        column
        for _, column in relation.columns(export)
        if column.data_type in ("double", "bigint") and column.name not in relation.plain_numbers
    ]
    if not columns:
        return relation.decimal
    other = "," if relation.decimal == "." else "."
    unread = [
        " + ".join(
            f"count(*) filter (not {parsing.is_no_value(column, export, f't{number}')}"
            f" and {parsing.value(column, export, f't{number}', Dialect(sign, 'UTC'))} is null)"
            for number, column in enumerate(columns)
        )
        for sign in (relation.decimal, other)
    ]
    by_delimiter, by_other = _one(connection, relation, columns, unread)
    return other if by_other < by_delimiter else relation.decimal


def _in_one_order(
    connection: duckdb.DuckDBPyConnection, relation: Relation, export: Export, column: Column, name: str
) -> Column:
    """The column with the formats of one order only."""
    day_first, month_first = (
        _with_formats(
            column,
            [
                form
                for form in column.time_formats
                if _swapped(form) not in column.time_formats or _is_day_first(form) is first
            ],
        )
        for first in (True, False)
    )
    dialect = parsing.dialect_of(relation, "UTC", relation.decimal)
    day, month = (
        parsing.plausible(order, parsing.value(order, export, "t0", dialect))
        for order in (day_first, month_first)
    )
    by_day, by_month, differing, example = _one(
        connection,
        relation,
        [column],
        [
            f"count({day})",
            f"count({month})",
            f"count(*) filter ({day} <> {month})",
            f"min(t0) filter ({day} <> {month})",
        ],
    )
    if by_day != by_month or not differing:
        return day_first if by_day >= by_month else month_first
    spoken_for = {
        _is_day_first(form)
        for form, header in zip(column.time_formats, column.format_headers, strict=True)
        if header is not None
        and _swapped(form) in column.time_formats
        and normal(header) in map(normal, relation.titles.values())
    }
    if len(spoken_for) != 1:
        raise CheckFailed(
            f"{name}, column {relation.titles.get(column.name, column.name)!r}: every date may be read with"
            f" the day or the month first ({example!r}); export more days, or write them as YYYY-MM-DD."
        )
    return day_first if spoken_for == {True} else month_first


def _with_formats(column: Column, formats: Sequence[str]) -> Column:
    return replace(column, time_formats=tuple(formats), format_headers=(None,) * len(formats))


def _one(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    columns: Sequence[Column],
    figures: Sequence[str],
) -> tuple[int, ...]:
    """Figures over the file's rows, in which the columns' trimmed texts are t0, t1 …"""
    texts = ", ".join(f"{relation.texts[column.name]} as r{number}" for number, column in enumerate(columns))
    trimmed = ", ".join(
        f"{parsing.trimmed(f'r{number}', has_odd_spaces=relation.has_odd_spaces)} as t{number}"
        for number in range(len(columns))
    )
    rows = f"select {trimmed} from (select {texts} from {relation.rows})"
    found = connection.execute(f"select {', '.join(figures)} from ({rows})").fetchone()
    assert found is not None
    return found
