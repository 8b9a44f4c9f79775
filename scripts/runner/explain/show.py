"""Says how a value came about: for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runner.explain.explanation import Explanation
from runner.explain.files import FileRows
from runner.report.formatting import count_text, value_text

MOST_FILES = 40


def as_object(told: Explanation) -> dict[str, Any]:
    """The explanation as JSON holds it."""
    found = asdict(told)
    return {**found.pop("place"), "last_day": told.place.last_day, **found}


def write_object(told: Explanation, path: Path) -> None:
    """Write `as_object` to `path`. Raises OSError."""
    path.write_text(json.dumps(as_object(told), indent=2, default=str) + "\n", encoding="utf-8")


def show(told: Explanation, currency: str, console: Console) -> None:
    """Print the explanation, from the value back to the files."""
    _show_value(told, currency, console)
    _show_counted(told, console)
    _show_files(told, console)
    for table in told.rows:
        _table(console, f"Rows of {table.export} in the period, the first", table.columns, table.rows)
    if told.not_counted:
        _table(
            console,
            "Rows that count nowhere, of any period",
            ("export", "what", "why", "rows"),
            [(n.export, n.what, n.why, _count(n.row_count)) for n in told.not_counted],
        )
    _show_history(told, currency, console)
    for note in told.notes:
        _say(console, f"Note: {note}.")


def _show_value(told: Explanation, currency: str, console: Console) -> None:
    place, kpi, value = told.place, told.kpi, told.value
    unit = kpi.get("unit")
    slice_ = "" if place.dimension == "all" else f", {place.dimension} {place.dimension_value}"
    period = place.period_grain.replace("_", " ")
    _say(
        console,
        f"{kpi.get('label') or place.kpi}, {period} {place.period_start} to {place.last_day}{slice_}:"
        f" {value_text(value['value'], unit, currency)}",
    )
    state = "complete" if value["is_complete"] else f"not complete: the data end on {told.as_of}"
    _say(console, f"  {_parts(value, unit, currency)}; {state}.")
    for name in ("formula", "description", "caveats", "decision"):
        if kpi.get(name):
            _say(console, f"{name.capitalize()}: {kpi[name]}")
    if told.definition:
        others = count_text(len(told.parts) - 1, "other definition")
        _say(console, f"Defined in {told.definition} ({told.parts[told.definition][:12]}), on {others}.")
    if told.settings:
        _say(console, f"Settings: {', '.join(f'{name} {text}' for name, text in told.settings.items())}.")


def _parts(value: Mapping[str, Any], unit: str | None, currency: str) -> str:
    """What the value was made of."""
    if value["numerator"] is None:
        return "nothing to tell: what it needs was not measured then"
    parts = _number(value["numerator"])
    if value["denominator"] is not None:
        parts += f" of {_number(value['denominator'])}"
    if value["value_low"] is not None:
        low, high = (value_text(value[name], unit, currency) for name in ("value_low", "value_high"))
        parts += f", 95 % interval {low} to {high}"
    return parts


def _show_counted(told: Explanation, console: Console) -> None:
    counted = told.counted
    if counted is None:
        return
    if not counted.by_source:
        _say(console, f"Counted: no row of {', '.join(counted.tables)} is of it.")
        return
    _table(
        console,
        f"Counted: {counted.rows_of}, from {', '.join(counted.tables)}",
        ("source", "rows", "unmeasured", "numerator", "denominator"),
        [
            (
                by.source or "(all)",
                _count(by.rows),
                _count(by.unmeasured),
                _number(by.numerator),
                _number(by.denominator),
            )
            for by in counted.by_source
        ],
    )
    if counted.rows:
        _table(console, "The first of these rows", counted.columns, counted.rows)


def _show_files(told: Explanation, console: Console) -> None:
    """The files with rows of the period, those with most first; the others as a sum."""
    near = [file for file in told.files if file.dated or (file.dated is None and file.reached == "direct")]
    near.sort(key=lambda file: (-(file.dated or 0), file.export, file.file))
    shown, others = near[:MOST_FILES], [file for file in told.files if file not in near[:MOST_FILES]]
    if shown:
        _table(
            console,
            "Files with rows of the period; rows of other days may bear on it too (first orders, cohorts)",
            ("export", "file", "sha256", "reached", "of the period", "accepted", "not accepted"),
            [_told_file(file) for file in shown],
        )
    if others:
        exports = len({file.export for file in others})
        _say(
            console,
            f"Beside them {count_text(len(others), 'file')} of {count_text(exports, 'export')} with"
            f" {count_text(sum(file.accepted for file in others), 'row')} of other periods or without a day.",
        )


def _told_file(file: FileRows) -> tuple[str, ...]:
    lost = {
        "quarantined": file.quarantined,
        "superseded": file.superseded,
        "added up": file.added_up,
        "left out": file.left_out,
    }
    return (
        file.export,
        file.file,
        (file.sha256 or "")[:12],
        file.reached,
        "no day" if file.dated is None else _count(file.dated),
        _count(file.accepted),
        ", ".join(f"{count:,} {name}" for name, count in lost.items() if count) or "-",
    )


def _show_history(told: Explanation, currency: str, console: Console) -> None:
    unit = told.kpi.get("unit")
    rows = [
        (
            f"{past.published_at:%Y-%m-%d %H:%M}",
            "withdrawn" if past.is_withdrawn else value_text(past.value, unit, currency),
            "complete" if past.is_complete else "not complete",
            f"{past.reason}: {past.detail}" if past.reason else "",
            past.accepted_because or "",
        )
        for past in told.history
    ]
    if rows:
        _table(
            console,
            "History",
            ("published (UTC)", "value", "period", "why it changed", "accepted because"),
            rows,
        )


def _table(console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = Table(
        title=escape(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    console.print(table)


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
