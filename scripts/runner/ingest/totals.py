"""What the file's own rows of sums say, beside what was accepted of it; and what was left out of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import duckdb

from runner.ingest import warehouse
from runner.ingest.declarations import Column, Export
from runner.ingest.staging import STAGED, TOTAL, Staged, left_out, summed
from runner.sql import name_quoted, quoted

_ROUNDINGS = 1.5  # half units by which the sum of rounded figures may be off, for the root of their number


def note_left_out(connection: duckdb.DuckDBPyConnection, export: Export, name: str, staged: Staged) -> None:
    """Keep how many rows of the staged file are left out, why, and what their figures add up to."""
    columns = summed(staged, export)
    sums = "".join(f", sum(c{number})" for number, _ in columns)
    rows = connection.execute(
        f"select min({staged.line}) as line, {left_out(export)} as why, count(*){sums}"
        f" from {STAGED} as s where why is not null group by why order by line"
    ).fetchall()
    for line, why, count, *values in rows:
        figures = (
            f"{column.name} {float(value):,.10g}"
            for (_, column), value in zip(columns, values, strict=True)
            if value
        )
        warehouse.note_left_out(connection, export, name, line, why, count, ", ".join(figures))


def note_totals(connection: duckdb.DuckDBPyConnection, export: Export, name: str, staged: Staged) -> None:
    """Keep each figure of the staged file's rows of sums beside the sum of the rows that were accepted."""
    columns = summed(staged, export)
    if not columns:
        return
    cells = "".join(f", c{number}, s{number}" for number, _ in columns)
    totals = connection.execute(
        f"select {staged.line}{cells} from {STAGED} as s where code = {TOTAL} order by 1"
    ).fetchall()
    sums = _sums(connection, export, name, columns)
    for line, *values in totals:
        for at, (_, column) in enumerate(columns):
            printed, text = values[2 * at], values[2 * at + 1]
            if printed is None:
                continue
            accepted, beside, lost, count, decimals = sums[at]
            tolerance = _tolerance(text, staged.relation.decimal, count, decimals, column)
            tolerance += (export.totals.within if export.totals else 0) * abs(float(printed))
            warehouse.note_total(
                connection,
                export,
                name,
                line,
                column.name,
                staged.relation.titles.get(column.name, column.name),
                float(printed),
                float(accepted - lost),
                float(beside),
                tolerance,
                _reason(export, staged, float(printed), float(accepted), float(lost)),
            )


def _sums(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    name: str,
    columns: Sequence[tuple[int, Column]],
) -> list[tuple[float, float, float, int, int]]:
    """The sums of good rows, of those left out and of those that lost to a row of their own file, by column.

    With each, how many good rows have a figure, and how many decimals at most.
    """
    is_left_out = f"{left_out(export)} is not null"
    parts = ", ".join(
        f"coalesce(sum(c{n}) filter (code = 0), 0), coalesce(sum(c{n}) filter ({is_left_out}), 0),"
        f" count(c{n}) filter (code = 0), max({_decimals(f'c{n}')}) filter (code = 0)"
        for n, _ in columns
    )
    row = connection.execute(f"select {parts} from {STAGED}").fetchone()
    assert row is not None
    lost: Sequence[float] = [0] * len(columns)
    if export.key:
        same = " and ".join(f"w.{key} is not distinct from l.{key}" for key in map(name_quoted, export.key))
        values = ", ".join(f"coalesce(sum(l.{name_quoted(column.name)}), 0)" for _, column in columns)
        lost = (
            connection.execute(
                f"select {values} from {warehouse.superseded_table(export)} as l semi join"
                f" (select * from {warehouse.raw_table(export)} where _file = {quoted(name)}) as w on {same}"
                f" where l._file = {quoted(name)}"
            ).fetchone()
            or lost
        )
    return [
        (row[4 * at], row[4 * at + 1], lost[at], row[4 * at + 2], row[4 * at + 3] or 0)
        for at in range(len(columns))
    ]


def _decimals(value: str) -> str:
    """SQL: the decimals of a number."""
    digits = f"split_part(cast({value} as varchar), '.', 2)"
    return f"case when {digits} = '0' then 0 else least(length({digits}), 12) end"


def _tolerance(text: str, decimal: str, count: int, decimals: int, column: Column) -> float:
    """By how much a total may differ: it is printed with so many digits, and so is each addend."""
    printed = re.search(re.escape(decimal) + r"(\d+)\D*$", text)
    tolerance = 0.501 * 10.0 ** -len(printed[1] if printed else "")
    if column.data_type == "double":
        tolerance += _ROUNDINGS * math.sqrt(count) * 10.0**-decimals
    return tolerance


def _reason(export: Export, staged: Staged, printed: float, accepted: float, lost: float) -> str:
    """The likely reason for a difference."""
    reasons = []
    if staged.quarantined:
        reasons.append("rows of the file are quarantined")
    if lost:
        reasons.append("rows of the file have one key, and only the newest stands")
    if printed > accepted:
        cause = export.totals.may_lack if export.totals else None
        reasons.append(cause or "the file does not hold all rows that its total counts")
    elif not reasons:
        reasons.append("the total counts less than its rows: some may be told twice")
    return "; ".join(reasons)
