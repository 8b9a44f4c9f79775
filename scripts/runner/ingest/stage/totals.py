"""What the file's own rows of sums say, beside what was accepted of it; and what was left out of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import duckdb

from runner.ingest import warehouse
from runner.ingest.declare.declarations import Column, Export
from runner.ingest.stage import parsing
from runner.ingest.stage.row_rules import ROWS
from runner.ingest.stage.staging import STAGED, TOTAL, Staged, left_out, summed
from runner.sql import equal, name_quoted, quoted

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
    """Keep each figure that the staged file's rows or lines of sums tell beside that of the accepted rows."""
    columns = summed(staged, export)
    told = [*_told_by_rows(connection, staged, columns), *_told_by_lines(connection, export, staged, columns)]
    sums = _sums(connection, export, name, columns) if told else []
    for line, column, printed, text in told:
        if column is None:
            accepted, beside, lost, tolerance = float(staged.good), float(staged.left_out), 0.0, 0.5
        else:
            at = next(at for at, (_, found) in enumerate(columns) if found.name == column.name)
            accepted, beside, lost, count, decimals = sums[at]
            tolerance = _tolerance(text, staged.relation.decimal, count, decimals, column)
            tolerance += (export.totals.within if export.totals else 0) * abs(printed)
        warehouse.note_total(
            connection,
            export,
            name,
            line,
            column.name if column else ROWS,
            staged.relation.titles.get(column.name, column.name) if column else "number of rows",
            printed,
            float(accepted - lost),
            float(beside),
            tolerance,
            _reason(export, staged, printed, float(accepted), float(lost)),
        )


# A figure that a file tells of all its rows: line, column (None: their number), value and text.
Told = tuple[int, Column | None, float, str]


def _told_by_rows(
    connection: duckdb.DuckDBPyConnection, staged: Staged, columns: Sequence[tuple[int, Column]]
) -> list[Told]:
    if not columns or not staged.totals:
        return []
    cells = "".join(f", c{number}, s{number}" for number, _ in columns)
    rows = connection.execute(
        f"select {staged.line}{cells} from {STAGED} as s where code = {TOTAL} order by 1"
    ).fetchall()
    return [
        (line, column, float(values[2 * at]), values[2 * at + 1])
        for line, *values in rows
        for at, (_, column) in enumerate(columns)
        if values[2 * at] is not None
    ]


def _told_by_lines(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    staged: Staged,
    columns: Sequence[tuple[int, Column]],
) -> list[Told]:
    """What the lines before the header and after the table tell; what cannot be read there tells nothing."""
    lines = staged.relation.outside
    text = "\n".join(line.strip(' \t"\ufeff') for _, line in lines)
    mine: dict[str, Column | None] = {column.name: column for _, column in columns}
    mine[ROWS] = None
    dialect = parsing.Dialect(staged.relation.decimal, "UTC")
    told: list[Told] = []
    for pattern in export.totals.lines if export.totals else ():
        for match in re.finditer(pattern, text, re.MULTILINE):
            line = lines[text.count("\n", 0, match.start())][0]
            for name, found in match.groupdict().items():
                if name not in mine or not found:
                    continue
                column = mine[name]
                number = (
                    parsing.value(column, export, "t", dialect)
                    if column
                    else "try_cast(replace(t, ',', '') as bigint)"
                )
                row = connection.execute(
                    f"select {number} from (select {quoted(found.strip())} as t)"
                ).fetchone()
                if row is not None and row[0] is not None:
                    told.append((line, column, float(row[0]), found))
    return told


def _sums(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    name: str,
    columns: Sequence[tuple[int, Column]],
) -> list[tuple[float, float, float, int, int]]:
    """The sums of good rows, of those left out and of those that lost to a row of their own file, by column.

    With each, how many good rows have a figure, and how many decimals at most.
    """
    if not columns:
        return []
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
        same = equal(export.key, "w", "l")
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
