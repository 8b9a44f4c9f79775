"""Finds the header record and says which field feeds which column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import DELIMITERS, Column, Export, alias_regex
from runner.ingest.read.names import NEAR_OWN, nearest_title, normal, tidy
from runner.ingest.read.records import Malformed, parse_record
from runner.ingest.stage.ranges import days_without_a_column

HEADER_LINES = 50
MOST_ROWS_AFTER_HEADER = 10
_DATA = re.compile(r"@|^[^A-Za-z]*\d[^A-Za-z]*$|\d{4}")  # an address, a number, a date


@dataclass(frozen=True)
class Origin:
    """Where a column's text comes from: a field of the record, or a place inside the JSON it holds."""

    title: str  # the header as the file has it
    number: int  # of the field, from 0
    path: str = ""  # inside the field's JSON


@dataclass(frozen=True)
class Header:
    """The header record and what it means for an export's columns."""

    line: int  # of the record's first line
    lines: int  # from the first line up to the first line of data
    delimiter: str
    fields: tuple[str, ...]
    origins: Mapping[str, Origin]  # by column; those the file lacks are missing
    constants: Mapping[str, str | None] = field(default_factory=dict)  # values taken from a header
    times: Mapping[str, Origin] = field(default_factory=dict)  # by column: where its time of day stands
    twins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)  # several fields of one name
    # By column: SQL of its text from that of its field, where the field tells it in other words.
    derived: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    preamble: tuple[str, ...] = ()  # the lines before it


def find_text_header(lines: Sequence[str], export: Export, name: str) -> Header:
    """The header among the first lines of a delimited text; raises CheckFailed."""
    if not any(map(tidy, lines)):
        raise CheckFailed(_empty(name))
    delimiters = (export.delimiter,) if export.delimiter else DELIMITERS

    def candidates() -> Iterator[tuple[int, str, list[str], int]]:
        for at in range(min(HEADER_LINES, len(lines))):
            for delimiter in delimiters:
                try:
                    fields, used = parse_record(list(lines), at, delimiter)
                except Malformed:
                    continue
                yield at, delimiter, fields, used

    at, delimiter, fields, used = _choose(candidates(), export, name)
    end = at + used
    for place in range(MOST_ROWS_AFTER_HEADER):
        if end >= len(lines):
            break
        try:
            row, taken = parse_record(list(lines), end, delimiter)
        except Malformed:
            row, taken = [], 1
        if not _is_part_of_header(export, fields, row, place):
            break
        end += taken
    above: list[str] = []
    if export.names_above and at:
        with suppress(Malformed):
            above = parse_record(list(lines), at - 1, delimiter)[0]
    return _header(export, name, at + 1, end, delimiter, fields, lines[:at], above)


def find_row_header(rows: Sequence[Sequence[str]], export: Export, name: str) -> Header:
    """The header among the first rows of a sheet; raises CheckFailed."""
    if not any(map(tidy, chain.from_iterable(rows))):
        raise CheckFailed(_empty(name))
    candidates = ((at, "", list(row), 1) for at, row in enumerate(rows[:HEADER_LINES]))
    at, delimiter, fields, _ = _choose(candidates, export, name)
    preamble = ["\t".join(row) for row in rows[:at]]
    end = at + 1
    for place, row in enumerate(rows[end : end + MOST_ROWS_AFTER_HEADER]):
        if not _is_part_of_header(export, fields, list(row), place):
            break
        end += 1
    above = list(rows[at - 1]) if export.names_above and at else []
    return _header(export, name, at + 1, end, delimiter, fields, preamble, above)


def _is_part_of_header(export: Export, fields: Sequence[str], row: Sequence[str], place: int) -> bool:
    """Whether a row after the header belongs to it: as many as are declared, or those that look so."""
    if isinstance(export.rows_after_header, int):
        return place < export.rows_after_header
    find = finder(fields)
    for name, pattern in export.rows_after_header:
        found = find(export.column(name))
        if found and found[0].number < len(row) and re.search(pattern, row[found[0].number].strip()):
            return True
    return False


def _header(
    export: Export,
    name: str,
    line: int,
    lines: int,
    delimiter: str,
    fields: Sequence[str],
    preamble: Sequence[str],
    above: Sequence[str],
) -> Header:
    find = finder(fields)
    named_above = finder(above) if len(above) == len(fields) else None
    origins: dict[str, Origin] = {}
    constants: dict[str, str | None] = {}
    derived: dict[str, Callable[[str], str]] = {}
    if export.range and not find(export.column(export.range.first)):
        days = days_without_a_column(export, export.range, find, preamble, name)
        constants.update(days.constants)
        for column_name, (origin, text) in days.by_unit.items():
            origins[column_name], derived[column_name] = origin, text
    times: dict[str, Origin] = {}
    twins: dict[str, tuple[Origin, ...]] = {}
    missing: list[Column] = []
    for column in export.columns:
        if column.header_group is not None:
            continue
        if column.time_headers and (beside := find(replace(column, headers=column.time_headers))):
            times[column.name] = beside[0]
        found = (named_above(column) if named_above else []) or find(column)
        if found:
            origins[column.name] = found[0]
            if len(found) > 1 and export.repeated_headers != "first":
                twins[column.name] = tuple(found)
        elif column.needs_header and column.name not in {*constants, *derived}:
            missing.append(column)
    if missing:
        raise CheckFailed(f"{name}, line {line}: {missing_message(export, missing, fields)}")
    for column in export.columns:
        if column.header_group is not None:
            constants[column.name] = _group(export.column(column.header_group), origins)
    return Header(
        line, lines, delimiter, tuple(fields), origins, constants, times, twins, derived, tuple(preamble)
    )


def missing_message(export: Export, missing: Sequence[Column], there: Sequence[str] = ()) -> str:
    """The sentence about columns that a file does not have; `there` are the headers it has."""
    titles: dict[str, str] = {}
    for column in missing:
        titles.setdefault(column.headers[0], column.name)
    # A header that is another column's is not this one misspelled.
    taken = {normal(title) for column in export.columns if column not in missing for title in column.headers}
    free = [title for title in map(tidy, there) if normal(title) not in taken]
    hints = {column.name: nearest_title(column, free, NEAR_OWN) for column in missing}
    columns = ", ".join(
        f"{title!r} (column {name}{f'; is it {hints[name]!r}?' if hints[name] else ''})"
        for title, name in titles.items()
    )
    shown = ", ".join(repr(tidy(text)) for text in there[:12]) + (" …" if len(there) > 12 else "")
    if export.range and export.range.how and export.range.first in (column.name for column in missing):
        return (
            f"no header {columns}{f' among {shown}' if shown else ''}, and no line before it tells which days"
            f" the report is of; {export.range.how}, or add the header's new name to `header` at"
            f" {export.path}:{missing[0].line}."
        )
    return (
        f"no header {columns}{f' among {shown}' if shown else ''}; export the file again with"
        f" {'it' if len(missing) == 1 else 'them'}, or add the new name to `header` at"
        f" {export.path}:{missing[0].line}."
    )


def _empty(name: str) -> str:
    return f"{name}, line 1: the file is empty, it has not even a header; export it again or remove it."


def finder(fields: Sequence[str]) -> Callable[[Column], list[Origin]]:
    """A function from a column to the fields that its first alias with any match means."""
    places: dict[str, list[int]] = {}
    for number, text in enumerate(fields):
        places.setdefault(normal(text), []).append(number)

    def origins(numbers: Sequence[int], path: str = "") -> list[Origin]:
        return [Origin(tidy(fields[number]), number, path) for number in numbers]

    def find(column: Column) -> list[Origin]:
        for alias in column.headers:
            pattern = alias_regex(alias)
            if pattern is not None:
                matcher = re.compile(pattern, re.IGNORECASE)
                numbers = [number for number, text in enumerate(fields) if matcher.fullmatch(tidy(text))]
            else:
                numbers = places.get(normal(alias), [])
            if numbers:
                # A report beside an earlier range repeats its headers with a space at the end.
                first = fields[numbers[0]].strip()
                return origins([number for number in numbers if fields[number] != f"{first} "] or numbers)
        for alias in column.headers:
            head, path = split_path(alias)
            if path and alias_regex(alias) is None and (numbers := places.get(normal(head), [])):
                return origins(numbers, path)
        return []

    return find


def split_path(alias: str) -> tuple[str, str]:
    """`properties.subject` -> (`properties`, `.subject`); `items[sku]` -> (`items`, `[sku]`)."""
    match = re.match(r"([^.\[]+)((?:\.[^.\[]+|\[[^\]]+\])*)$", alias.strip())
    return (match[1], match[2]) if match else (alias.strip(), "")


def _choose(
    candidates: Iterator[tuple[int, str, list[str], int]], export: Export, name: str
) -> tuple[int, str, list[str], int]:
    """The first line with all required headers; else the one that says most of what is missing."""
    # What is told elsewhere, as by the lines before the header, is no sign of the header.
    days = export.range
    is_told = days and (days.preamble or days.file_name or days.units)
    told = {days.first, days.last} if days and is_told else set()
    signs = {column.name for column in export.columns if column.needs_header} - told
    needed = len(signs)
    best: tuple[tuple[int, int, int], tuple[int, str, list[str], int]] | None = None
    complete_at = -1
    seen: list[tuple[int, str, list[str], int]] = []
    for candidate in candidates:
        at, _, fields, _ = candidate
        seen.append(candidate)
        if complete_at >= 0 and at > complete_at:
            break
        find = finder(fields)
        found = [column for column in export.columns if column.header_group is None and find(column)]
        required = sum(column.name in signs for column in found)
        if needed and required == needed and complete_at < 0:
            complete_at, best = at, None
        if complete_at >= 0 and required < needed:
            continue
        score = (required, len(found), len(fields) if found else 0)
        if best is None or score > best[0]:
            best = (score, candidate)
    if best is None or not best[0][1]:
        columns = [column for column in export.columns if column.needs_header] or list(export.columns)
        at, titles = _likely_header(seen)
        hint = " None of the headers is known: the file may be in another language." if titles else ""
        inside = [title for text in titles for title in text.split(",")] if len(titles) == 1 else []
        if any(map(finder(inside), export.columns)):
            hint = " Each line is one quoted text: a spreadsheet saved it so; export the file anew."
        raise CheckFailed(f"{name}, line {at + 1}: {missing_message(export, columns, titles)}{hint}")
    return best[1]


def _likely_header(candidates: Sequence[tuple[int, str, list[str], int]]) -> tuple[int, list[str]]:
    """The first of the widest lines, if it can be shown: what holds a number or an address may be data."""
    if not candidates:
        return 0, []
    at, _, fields, _ = max(candidates, key=lambda candidate: (len(candidate[2]), -candidate[0]))
    titles = [text for text in map(tidy, fields) if text]
    return (0, []) if any(_DATA.search(text) for text in titles) else (at, titles)


def _group(owner: Column, origins: Mapping[str, Origin]) -> str | None:
    """The first group of the expression by which `owner` found its header."""
    origin = origins.get(owner.name)
    if origin is None:
        return None
    for alias in owner.headers:
        pattern = alias_regex(alias)
        match = re.fullmatch(pattern, origin.title, re.IGNORECASE) if pattern else None
        if match and match.re.groups:
            return match[1]
    return None
