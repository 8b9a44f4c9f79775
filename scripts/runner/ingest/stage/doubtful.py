"""Tells of numbers that a file does not say how to read: 1.234 may be one and a bit, or a thousand."""

from __future__ import annotations

import json
import re

import duckdb

from runner.ingest.declare.declarations import Column, Export
from runner.ingest.read.relation import Relation
from runner.ingest.stage.staging import STAGED, Staged
from runner.sql import quoted


def doubtful_numbers(connection: duckdb.DuckDBPyConnection, staged: Staged, export: Export) -> str | None:
    """What to tell of the staged file's numbers, as JSON {column's header: [line, text, as thousands]}.

    Told are columns all of whose fractions have three digits, in a file none of whose numbers shows which of
    point and comma is its decimal sign. None where there are none.
    """
    relation = staged.relation
    if relation.unit != "line":  # JSON and Parquet have numbers; of a sheet, cells of text alone are in doubt
        return json.dumps(relation.doubtful, ensure_ascii=False) if relation.doubtful else None
    candidates = [
        (number, column)
        for number, column in relation.columns(export)
        if column.data_type == "double" and column.parse is None and column.name not in relation.plain_numbers
    ]
    suspects = [(n, column) for n, column in candidates if _has_thousandths(connection, n)]
    if not suspects or _is_decided(connection, relation, export):
        return None
    told = {
        relation.titles.get(column.name, column.name): _first(connection, staged, number)
        for number, column in suspects
    }
    return json.dumps(told, ensure_ascii=False)


def _has_thousandths(connection: duckdb.DuckDBPyConnection, number: int) -> bool:
    """Whether the fractions of a column have three digits, as far as values tell."""
    value = f"abs(c{number})"
    row = connection.execute(
        f"select coalesce(bool_or(abs({value} * 100 - round({value} * 100)) > 1e-4), false)"
        f" and coalesce(bool_and({value} < 1000 and abs({value} * 1000 - round({value} * 1000)) < 1e-4)"
        f" filter ({value} <> trunc({value})), false) from {STAGED} where code = 0"
    ).fetchone()
    return row is not None and bool(row[0])


def _is_decided(connection: duckdb.DuckDBPyConnection, relation: Relation, export: Export) -> bool:
    """Whether any number of the file shows its decimal sign, or its sign of thousands."""
    shows = shows_sign(relation.decimal)
    places = [
        relation.texts[column.name]
        for _, column in relation.columns(export)
        if _is_number(column) and column.name not in relation.plain_numbers
    ]
    tests = " or ".join(
        f"regexp_matches(regexp_replace({text}, '[^0-9.,]', '', 'g'), {quoted(shows)})" for text in places
    )
    row = connection.execute(f"select 1 from {relation.rows} where {tests} limit 1").fetchone()
    return row is not None


def shows_sign(decimal: str) -> str:
    """The expression of digits and signs that tell that `decimal` is the decimal sign."""
    sign, other = (re.escape(text) for text in (decimal, "," if decimal == "." else "."))
    return rf"^0+{sign}|{sign}(?:\d{{1,2}}|\d{{4,}})$|^\d{{4,}}{sign}|{other}\d{{3}}(?:$|{sign}|{other})"


def _is_number(column: Column) -> bool:
    return column.data_type in ("double", "bigint") and column.parse is None


def _first(connection: duckdb.DuckDBPyConnection, staged: Staged, number: int) -> tuple[int, str, str]:
    """The line of the first fraction, how the file writes it (no currency), and what it may be as well."""
    row = connection.execute(
        f"select {staged.line}, c{number} from (select *, rowid from {STAGED}) as s"
        f" where code = 0 and c{number} <> trunc(c{number}) order by 1 limit 1"
    ).fetchone()
    assert row is not None
    read = f"{row[1]:.3f}"
    return row[0], read.replace(".", staged.relation.decimal), read.replace(".", "")
