"""Reads spreadsheets (XLSX, XLS and what else python-calamine knows)."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import Export
from runner.ingest.read import sheet_child
from runner.ingest.read.clean import SEPARATORS, clean_text, field_names, read_clean
from runner.ingest.read.csv_reader import column_texts, column_titles, repeats_header, twin_texts
from runner.ingest.read.header import Header, find_row_header
from runner.ingest.read.records import Layout, Split
from runner.ingest.read.relation import Relation
from runner.ingest.read.scan import Scan, plain_binary
from runner.ingest.stage.doubtful import shows_sign

# What reading a workbook may take: a sheet of a million rows takes a third of either.
MOST_SECONDS, MOST_BYTES = 120, 3 << 30
_SEPARATOR, _LINE_MARK = SEPARATORS[0], SEPARATORS[1]
_COMMA = re.compile(r"\W*\d[\d.,' ]*,\d+\W*")  # a text that may be a number with a decimal comma
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_sheet(scan: Scan, export: Export, name: str, scratch: Path) -> Relation:
    """The way of reading a sheet; `_row` is the row's number in it. Raises CheckFailed."""
    decimal = "," if export.decimal == "," else "."
    cells, errors = _cells(plain_binary(scan, name, scratch), export, name, scratch)
    mixed = {
        place
        for row in cells
        for place, cell in enumerate(row)
        if isinstance(cell, str) and _COMMA.fullmatch(cell)
    }
    rows = [[_text(cell, decimal, place in mixed) for place, cell in enumerate(row)] for row in cells]
    for (row_number, place), error in errors.items():
        if row_number < len(rows) and place < len(rows[row_number]):
            rows[row_number][place] = error
    header = find_row_header(rows, export, name)
    layout = Layout("", len(header.fields), _SEPARATOR, _LINE_MARK)
    split = Split()
    clean = scratch / "clean"
    stop_at = re.compile(export.stop_at) if export.stop_at else None
    outside = list(enumerate(header.preamble, 1))
    with clean.open("w", encoding="utf-8", newline="") as file:
        for number, row in enumerate(rows[header.lines :], header.lines + 1):
            if stop_at and stop_at.search(",".join(row)):
                split.ignored = len(rows) - number + 1
                outside += enumerate(("\t".join(after) for after in rows[number - 1 :]), number)
                break
            if not any(text.strip() for text in row):
                split.blank += 1
                continue
            line = _SEPARATOR.join(row).replace("\n", _LINE_MARK)
            file.write(f"{number}{_SEPARATOR}{line}\n")
            split.records += 1
            split.longest = max(split.longest, len(line) + 20)
    # Cells with line breaks are not told apart from others: every text is given its breaks back.
    split.line_breaks = 1
    return Relation(
        rows=read_clean(clean, field_names(layout.width), _SEPARATOR, split),
        texts=column_texts(header, lambda number: clean_text(number, layout, split)),
        first="f0",
        expected=split.records,
        decimal=decimal,
        line="line",
        lines=len(rows),
        header_lines=header.lines,
        ignored=split.ignored,
        blank=split.blank,
        titles=column_titles(header),
        outside=tuple(outside),
        headers=header.fields,
        twins=twin_texts(header, lambda number: f"f{number}"),
        repeats_header=repeats_header(header, lambda number: f"f{number}"),
        has_error_cells=bool(errors),
        doubtful=_doubtful(cells, header, export, decimal),
        has_native_times=True,
        has_day_numbers=True,
        unit="row",
    )


def _cells(
    path: Path, export: Export, name: str, scratch: Path
) -> tuple[Sequence[Sequence[Any]], dict[tuple[int, int], str]]:
    """The cells of the sheet, and the texts of those that hold an error."""
    answer = scratch / "cells"
    asked = {
        "workbook": str(path),
        "sheets": export.sheets,
        "answer": str(answer),
        "bytes": MOST_BYTES,
        "seconds": MOST_SECONDS,
    }
    command = [sys.executable, str(Path(sheet_child.__file__)), json.dumps(asked)]
    try:
        # Time is of the processor; where the machine is busy it takes longer by the clock.
        subprocess.run(command, check=True, capture_output=True, timeout=10 * MOST_SECONDS)  # noqa: S603 - our own
        with answer.open("rb") as file:
            cells, about = pickle.load(file)  # noqa: S301 - our own process wrote it
    except (subprocess.SubprocessError, MemoryError):
        raise CheckFailed(
            f"{name} cannot be read within {MOST_SECONDS} seconds and {MOST_BYTES / 2**30:.0f} GB of memory,"
            " or makes the reading library fail; export it as CSV."
        ) from None
    match cells:
        case sheet_child.NO_SHEET:
            asked_for, there_are = " or ".join(map(repr, about[0])), ", ".join(map(repr, about[1]))
            raise CheckFailed(
                f"{name}: there is no sheet {asked_for} among {there_are};"
                f" rename it, or add its name to `sheet` at {export.where}."
            )
        case sheet_child.LOCKED:
            raise CheckFailed(f"{name} is locked with a password; save it without one.")
        case sheet_child.DAMAGED:
            raise CheckFailed(f"{name} is no spreadsheet, or a damaged one; export it again.")
    return cells, about


def _text(cell: Any, decimal: str, beside_commas: bool) -> str:
    """The text of a cell as a text file would have it: plain numbers, ISO times, h:mm:ss.

    A fraction among texts with commas is written without a decimal sign, whichever theirs is: 12.5 as 125e-1.
    """
    match cell:
        case str():
            return _CONTROLS.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n"))
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            if cell.is_integer() and abs(cell) < 1e15:
                return str(int(cell))
            text = repr(cell)
            if beside_commas and "e" not in text:
                whole, _, fraction = text.partition(".")
                return f"{whole}{fraction}e-{len(fraction)}"
            return text.replace(".", decimal)
        case dt.datetime():
            # A sheet keeps days as fractions: whole seconds come out a little off.
            rounded = cell + dt.timedelta(microseconds=500)
            rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
            return rounded.isoformat(" ")
        case dt.date():
            return cell.isoformat()
        case dt.time():
            return cell.isoformat()
        case dt.timedelta():
            seconds = round(cell.total_seconds(), 3)
            minutes, rest = divmod(seconds, 60)
            hours, minutes = divmod(int(minutes), 60)
            return f"{hours}:{minutes:02d}:{rest:06.3f}".removesuffix(".000")
        case _:
            return "" if cell is None else str(cell)


def _doubtful(
    cells: Sequence[Sequence[Any]], header: Header, export: Export, decimal: str
) -> dict[str, tuple[int, str, str]]:
    """By title, the first text of a column that may be a fraction or thousands, where none tells which."""
    found: dict[str, tuple[int, str, str]] = {}
    for column in export.columns:
        origin = header.origins.get(column.name)
        if origin is None or column.data_type not in ("double", "bigint") or column.parse:
            continue
        for number, row in enumerate(cells[header.lines :], header.lines + 1):
            cell = row[origin.number] if origin.number < len(row) else None
            text = re.sub("[^0-9.,]", "", cell) if isinstance(cell, str) else ""
            if re.search(shows_sign(decimal), text):
                return {}
            if column.data_type == "double" and re.fullmatch(rf"\d{{1,3}}[{decimal}]\d{{3}}", text):
                found.setdefault(origin.title, (number, text, text.replace(decimal, "")))
    return found
