"""Says what a comparison found: as a table, as Markdown for a pull request, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runner.diff.compare import Change
from runner.diff.diff import Diff, KpiDiff
from runner.report.formatting import change_text, count_text, value_text

MOST_PERIODS = 13
_MARK = "<!-- marketing-kpis diff -->"  # by which a workflow finds its comment again
_COLUMNS = ("KPI", "why", "values", "period", "before", "after", "change", "slices")


def write_json(found: Diff, path: Path) -> None:
    """Write the comparison as one JSON object. Raises OSError."""
    path.write_text(json.dumps(asdict(found), indent=2, default=str) + "\n", encoding="utf-8")


def write_markdown(found: Diff, currency: str, path: Path) -> None:
    """Write the comparison as a comment for a pull request. Raises OSError."""
    path.write_text("\n".join(_markdown(found, currency)) + "\n", encoding="utf-8")


def show(found: Diff, currency: str, console: Console) -> None:
    """Print the KPIs that change, the one that changes most first."""
    if found.kpis:
        table = Table(title="KPIs that change", box=box.SIMPLE_HEAD, pad_edge=False)
        table.title_justify, table.title_style = "left", "bold"
        for column in _COLUMNS:
            table.add_column(column, overflow="fold")
        for kpi in found.kpis:
            table.add_row(*map(escape, _line(kpi, currency)))
        console.print(table)
    console.print(told(found), markup=False, soft_wrap=True)


def told(found: Diff) -> str:
    """The comparison in a sentence."""
    changed = sum(kpi.changes.changed for kpi in found.kpis)
    start = f"From {found.before} to {found.after}: "
    built = f" {count_text(found.built, 'model')} built to tell." if found.built else ""
    if not found.kpis:
        return f"{start}no KPI changes.{built}"
    kpis = "1 KPI changes" if len(found.kpis) == 1 else f"{len(found.kpis)} KPIs change"
    return f"{start}{kpis}, in {count_text(changed, 'value')}; {found.unchanged} do not.{built}"


def _line(kpi: KpiDiff, currency: str) -> tuple[str, ...]:
    changes, largest = kpi.changes, kpi.changes.largest
    why = f"{kpi.reason}: {kpi.detail}" if kpi.detail else kpi.reason
    values = f"{changes.changed:,} of {changes.values:,}"
    if changes.parts_only:
        values += f", parts alone of {changes.parts_only:,}"
    slices = ", ".join(f"{s.dimension} {s.changed:,} of {s.values:,}" for s in changes.slices)
    figures = _figures(largest, kpi.unit, currency) if largest else ("", "", "", "")
    return (kpi.label, why, values, *figures, slices or "-")


def _figures(change: Change, unit: str | None, currency: str) -> tuple[str, str, str, str]:
    place = f"{change.period_grain.replace('_', ' ')} {change.period_start}"
    if change.dimension != "all":
        place += f", {change.dimension} {change.dimension_value}"
    moved = change_text(change.change, change.relative_change, unit)
    before, after = (value_text(value, unit, currency) for value in (change.before, change.after))
    return place, before, after, moved


def _markdown(found: Diff, currency: str) -> Iterator[str]:
    yield _MARK
    yield "### KPI values that change"
    yield ""
    yield _cell(told(found))
    if not found.kpis:
        return
    yield ""
    yield from _rows(_COLUMNS, [_line(kpi, currency) for kpi in found.kpis])
    for kpi in found.kpis:
        if kpi.status != "changed":
            continue
        yield ""
        yield f"<details><summary>{_cell(kpi.label)}</summary>"
        yield ""
        periods = [_figures(change, kpi.unit, currency) for change in kpi.changes.changes[:MOST_PERIODS]]
        if periods:
            yield from _rows(("period", "before", "after", "change"), periods)
            yield ""
        slices = [
            (s.dimension, f"{s.changed:,} of {s.values:,}", *_figures(s.largest, kpi.unit, currency))
            for s in kpi.changes.slices
        ]
        if slices:
            columns = ("slice", "values", "changes most", "before", "after", "change")
            yield from _rows(columns, slices)
            yield ""
        yield "</details>"


def _rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    """A text that Markdown leaves as it is."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, {"<": "&lt;", ">": "&gt;"}.get(sign, f"\\{sign}"))
    return " ".join(text.split())
