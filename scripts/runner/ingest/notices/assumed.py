"""What is read with an assumption, or not kept."""

from __future__ import annotations

import json

import duckdb

from runner.ingest.declare.declarations import Export
from runner.ingest.privacy.personal import PERSONAL, QUERY
from runner.ingest.stage.ids import ROUNDED
from runner.ingest.stage.ranges import Spread
from runner.ingest.stage.row_rules import is_met
from runner.ingest.stage.spacing import POSSIBLY
from runner.ingest.warehouse import raw_table
from runner.results import Masked, Notice
from runner.sql import name_quoted, quoted

_NOT_KEPT = {
    PERSONAL: "is masked",
    QUERY: "is cut but for allowed parameters",
    ROUNDED: "are read as none: export the file anew, and not by way of a spreadsheet",
}


def not_kept(connection: duckdb.DuckDBPyConnection) -> list[Notice]:
    """What was masked in columns that are not declared personal."""
    by_export: dict[tuple[str, str, str], list[str]] = {}
    for cells in masked_cells(connection):
        told = f"{cells.column} ({cells.cells:,})"
        by_export.setdefault((cells.what, cells.source, cells.export), []).append(told)
    return [
        Notice(
            "masked",
            source,
            export,
            f"{source} {export}: {what} in cells of {', '.join(columns)} {_NOT_KEPT[what]}",
            stands_out=what != QUERY,
        )
        for (what, source, export), columns in by_export.items()
    ]


def masked_cells(connection: duckdb.DuckDBPyConnection) -> tuple[Masked, ...]:
    """By column, how many cells hold what is not kept: personal data, query strings of links."""
    rows = connection.execute(
        "select source, export, column_name, what, cast(sum(cells) as bigint) from raw._masked"
        " group by all order by what, source, export, column_name"
    ).fetchall()
    return tuple(Masked(*row) for row in rows)


def nothing_accepted(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """An export all of whose rows are left out: their words may be another language's."""
    row = connection.execute(
        "select min(file), count(*), sum(rows_read) from raw._files where status = 'loaded' and rows_read > 0"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)}"
        " having sum(left_out) = sum(rows_read)"
    ).fetchone()
    if row is None:
        return []
    file, file_count, row_count = row
    where = file if file_count == 1 else f"{file_count:,} files of {export.source}"
    text = (
        f"{where}: every row ({row_count:,}) is left out, so no figure holds any; it may be of another kind"
        " or in another language than is read"
    )
    return [Notice("file", export.source, export.name, text)]


def made_void(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Rows by which a tool takes back what others say: how many, and what of it counts nowhere."""
    found = []
    texts = {column.name: f"cast({name_quoted(column.name)} as varchar)" for column in export.columns}
    for rule in export.voids:
        row = connection.execute(
            f"select count(*) from {raw_table(export)} where {is_met(texts, rule.rows, rule.unless)}"
        ).fetchone()
        if row and row[0]:
            rows = f"{row[0]:,} row{'' if row[0] == 1 else 's'}"
            text = f"{export.source} {export.name}: {rows}, each {rule.why}"
            found.append(Notice("rows", export.source, export.name, text))
    return found


def doubtful_numbers(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Numbers whose sign may part a fraction or thousands: how they were read, and what says so."""
    rows = connection.execute(
        "select file, doubtful from raw._files where status = 'loaded' and doubtful is not null"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    return [
        Notice(
            "number",
            export.source,
            export.name,
            f"{file}, line {line:,}, column {title!r}: {text!r} is read as a fraction, not as {thousands}:"
            " no number of the file tells which its sign parts; if thousands, write them without one",
        )
        for file, told in rows
        for title, (line, text, thousands) in json.loads(told).items()
    ]


def periods_assumed(connection: duckdb.DuckDBPyConnection, export: Export) -> list[Notice]:
    """Files whose days are taken for the first ones of weeks or months, or may be."""
    rows = connection.execute(
        "select file, spaced from raw._files where status = 'loaded' and spaced is not null"
        f" and source = {quoted(export.source)} and export = {quoted(export.name)} order by file"
    ).fetchall()
    return [
        Notice(
            "range",
            export.source,
            export.name,
            f"{file}: {_assumed(spaced)}",
        )
        for file, spaced in rows
    ]


def _assumed(spaced: str) -> str:
    if spaced.startswith(POSSIBLY):
        unit = spaced.removeprefix(POSSIBLY)
        return (
            f"its days are first ones of {unit}s alone and are read as days; if each row is a whole {unit}'s,"
            " export it by day"
        )
    return (
        f"its days are a {spaced} apart, so each row is read as a whole {spaced}'s; export it by day for"
        " figures by day"
    )


def spread_rows(spread: Spread) -> Notice:
    """How many rows of an export stand for several days, and how they count."""
    parts = []
    if spread.row_count:
        rows = f"{spread.row_count:,} row{'' if spread.row_count == 1 else 's'}"
        verb = "stands" if spread.row_count == 1 else "stand"
        parts.append(
            f"{rows} {verb} for several days ({spread.first_day} to {spread.last_day}), spread evenly"
        )
    if spread.overlapping:
        parts.append(
            f"of {spread.overlapping:,} of them other rows tell the same days, which count once as the"
            " narrowest tells them"
        )
    if spread.backwards:
        parts.append(f"{spread.backwards:,} end before they begin and count on their first day")
    return Notice(
        "range", spread.source, spread.export, f"{spread.source} {spread.export}: {'; '.join(parts)}"
    )
