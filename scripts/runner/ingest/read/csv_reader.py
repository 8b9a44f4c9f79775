"""Reads CSV and its kin: first as DuckDB does, then, where its count does not add up, with care."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from runner.errors import CouldNotRun
from runner.ingest.declare.declarations import Export
from runner.ingest.read.clean import clean_text, field_names, read_clean, read_csv, separators
from runner.ingest.read.header import Header, Origin, find_text_header
from runner.ingest.read.json_path import text_at
from runner.ingest.read.names import tidy
from runner.ingest.read.records import Layout, RecordMatch, split_records
from runner.ingest.read.relation import Relation
from runner.ingest.read.scan import Scan, plain_text
from runner.ingest.stage.row_rules import FIRST, Match
from runner.sql import quoted

_HEAD = 16 << 20
_BUFFER = 64_000_000  # in buffers of its own size DuckDB takes a third longer to put rows in their order
_HEAD_LINES = 500
_TAIL = 1 << 16  # bytes at the end that may hold what follows the table
_LINE_END = re.compile(rb"\r\n|\n|\r")


def read_delimited(
    scan: Scan, export: Export, name: str, scratch: Path, max_bad_share: float
) -> Iterator[Relation]:
    """The ways of reading a delimited text file, the quick one first; raises CheckFailed."""
    path = plain_text(scan, name, scratch)
    lines, starts = _head(path)
    header = find_text_header(lines, export, name)
    if export.stop_at is None and _is_simple(scan):
        yield _quick(path, scan, export, header)
    offset = starts[header.lines] if header.lines < len(starts) else path.stat().st_size
    yield _careful(path, scan, export, header, name, scratch, offset, max_bad_share)


def _head(path: Path) -> tuple[list[str], list[int]]:
    """The first lines and the byte at which each starts, and that at which the next one would."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        is_whole = not file.read(1)
    lines: list[str] = []
    starts = [0]
    for end in _LINE_END.finditer(data):
        lines.append(data[starts[-1] : end.start()].decode("utf-8", "replace"))
        starts.append(end.end())
        if len(lines) == _HEAD_LINES:
            break
    else:
        if starts[-1] < len(data) and (is_whole or not lines):
            lines.append(data[starts[-1] :].decode("utf-8", "replace"))
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff")
    return lines, starts


def _is_simple(scan: Scan) -> bool:
    return scan.has_uniform_ends and not (scan.has_nul or scan.has_bad_utf8 or scan.has_long_line)


def _quick(path: Path, scan: Scan, export: Export, header: Header) -> Relation:
    """DuckDB's reader. It is trusted if every line after the header has become a row."""
    fields = [(field, "varchar") for field in field_names(len(header.fields))]
    rows = read_csv(
        path,
        fields,
        skip=header.lines,
        delim=header.delimiter,
        quote='"',
        escape='"',
        new_line=r"\r\n" if scan.carriage_returns else r"\n",
        buffer_size=_BUFFER,
    )
    blank = min(scan.blank_at_end, scan.lines - header.lines)
    return Relation(
        rows=rows,
        texts=column_texts(header, lambda number: f"f{number}"),
        first="f0",
        expected=scan.lines - header.lines - blank,
        decimal=_decimal(export, header),
        first_line=header.lines + 1,
        lines=scan.lines,
        header_lines=header.lines,
        blank=blank,
        titles=column_titles(header),
        outside=_outside(path, scan, export, header),
        headers=header.fields,
        twins=twin_texts(header, lambda number: f"f{number}"),
        has_odd_spaces=scan.has_odd_spaces,
        has_error_cells="#" in scan.signs,
        signs=scan.signs,
        repeats_header=repeats_header(header, lambda number: f"f{number}"),
        may_hide_blank=True,
    )


def _careful(
    path: Path,
    scan: Scan,
    export: Export,
    header: Header,
    name: str,
    scratch: Path,
    offset: int,
    max_bad_share: float,
) -> Relation:
    separator, line_mark = separators(path, name)
    layout = Layout(
        delimiter=header.delimiter,
        width=len(header.fields),
        separator=separator,
        line_mark=line_mark,
        stop_at=re.compile(export.stop_at) if export.stop_at else None,
        ignore=_by_field(header, export.ignore),
        totals=_by_field(header, export.totals.rows if export.totals else ()),
        may_end_early=export.may_end_early,
        one_line=tuple(
            origin.number
            for column, origin in header.origins.items()
            if export.column(column).data_type != "varchar"
        ),
        ends_in_line=scan.lines if scan.ends_in_line else 0,
    )
    clean = scratch / "clean"
    most = max_bad_share * scan.lines
    split = split_records(path, clean, layout, offset=offset, first_line=header.lines + 1, max_rejects=most)
    is_cut_short = len(split.rejects) > most and header.lines + split.lines < scan.lines
    if not is_cut_short and header.lines + split.lines != scan.lines:
        raise CouldNotRun(f"{name} changed while it was read; run again.")
    for number, reject in enumerate(split.rejects):
        if reject.field_number is not None and reject.field_number < layout.width:
            title = tidy(header.fields[reject.field_number])
            split.rejects[number] = replace(reject, reason=f"{reject.reason} (field {title!r})")
    if split.rejects and scan.ends_in_line and split.rejects[-1].line == scan.lines:
        last = split.rejects[-1]
        split.rejects[-1] = replace(last, reason=f"{last.reason}; the file ends here and may be cut off")
    return Relation(
        rows=read_clean(clean, field_names(layout.width), separator, split),
        texts=column_texts(header, lambda number: clean_text(number, layout, split)),
        first="f0",
        expected=split.records,
        decimal=_decimal(export, header),
        line="line",
        lines=scan.lines,
        header_lines=header.lines,
        ignored=split.ignored,
        blank=split.blank,
        line_breaks=split.line_breaks,
        rejects=tuple(split.rejects),
        is_cut_short=is_cut_short,
        titles=column_titles(header),
        outside=_outside(path, scan, export, header),
        headers=header.fields,
        twins=twin_texts(header, lambda number: f"f{number}"),
        has_odd_spaces=scan.has_odd_spaces or split.line_breaks > 0,
        has_error_cells="#" in scan.signs,
        signs=scan.signs,
        repeats_header=repeats_header(header, lambda number: f"f{number}"),
    )


def _outside(path: Path, scan: Scan, export: Export, header: Header) -> tuple[tuple[int, str], ...]:
    """The numbered lines before the header, and at the file's end those from where its table stops."""
    before = tuple(enumerate(header.preamble, 1))
    if export.stop_at is None or not (export.totals and export.totals.lines):
        return before
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        data = file.read()
    lines = [line.decode("utf-8", "replace") for line in _LINE_END.split(data)]
    lines = lines[: len(lines) - (lines[-1] == "")]
    first = max(scan.lines - len(lines), header.lines)
    told = list(enumerate(lines[first - scan.lines :], first + 1)) if first < scan.lines else []
    stop = next((at for at, (_, line) in enumerate(told) if re.search(export.stop_at, line)), len(told))
    return (*before, *told[stop:])


def _by_field(header: Header, matches: Iterable[Match]) -> tuple[RecordMatch, ...]:
    """Those of `matches` all of whose columns the file has, by the numbers of their fields."""
    numbers = {column: origin.number for column, origin in header.origins.items()} | {FIRST: 0}
    return tuple(
        tuple((numbers[column], re.compile(pattern)) for column, pattern in match)
        for match in matches
        if all(column in numbers for column, _ in match)
    )


def column_texts(header: Header, field: Callable[[int], str]) -> dict[str, str]:
    """The SQL of each column's text; a date whose time stands in another field is one text with it."""

    def text(origin: Origin) -> str:
        return text_at(field(origin.number), origin.path) if origin.path else field(origin.number)

    def moment(column: str, origin: Origin) -> str:
        time = header.times.get(column)
        if derive := header.derived.get(column):
            return derive(text(origin))
        return f"concat_ws(' ', {text(origin)}, {text(time)})" if time else text(origin)

    constants = {
        column: "cast(null as varchar)" if value is None else quoted(value)
        for column, value in header.constants.items()
    }
    return {**{column: moment(column, origin) for column, origin in header.origins.items()}, **constants}


def twin_texts(header: Header, field: Callable[[int], str]) -> dict[str, dict[str, str]]:
    """By column, the fields that are one under the same name, as told, and the SQL of their texts."""
    return {
        column: {f"{origin.title!r} (field {origin.number + 1})": field(origin.number) for origin in origins}
        for column, origins in header.twins.items()
    }


def column_titles(header: Header) -> dict[str, str]:
    return {column: origin.title for column, origin in header.origins.items()}


def repeats_header(header: Header, field: Callable[[int], str]) -> str | None:
    """Whether a row is the header once more, as in files that were joined."""
    numbers = sorted({origin.number for origin in header.origins.values()})
    parts = []
    for number in numbers:
        text = header.fields[number]
        forms = {text, text.strip(), f"\ufeff{text}" if number == 0 else text}
        parts.append(f"{field(number)} in ({', '.join(map(quoted, sorted(forms)))})")
    # In a CASE, unlike in a plain AND, what follows the first difference is not computed.
    return f"case when {' and '.join(parts)} then true end" if parts else None


def _decimal(export: Export, header: Header) -> str:
    if export.decimal == "auto":
        return "," if header.delimiter == ";" else "."
    return export.decimal
