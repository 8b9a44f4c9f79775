"""Says what a run did: for people, and as run.json.

What run.json (and `--json FILE`) holds, docs/run.schema.json says part by part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from runner.report.formatting import change_text, count_text, told_changes, value_text
from runner.results import CheckReport, Finding, Run

RUN_FILE = "run.json"
MOST_FINDINGS_SHOWN = 20
MOST_NAMED = 10
MOST_SELECTED_SHOWN = 8


def as_object(run: Run) -> dict[str, Any]:
    """A run as the object that run.json holds."""
    settings = run.settings
    return {
        "command": settings.command,
        "exit_code": run.exit_code,
        "message": run.error,
        "target": settings.target,
        "exports": str(settings.exports),
        "output": str(settings.output),
        "sources": list(settings.sources),
        "select": settings.select,
        "settings": dict(settings.variables_in_force),
        "settings_file": str(settings.company_file) if settings.company_file else None,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "seconds": {step: round(seconds, 2) for step, seconds in run.seconds.items()},
        "as_of": run.figures.as_of,
        "first_day": run.figures.first_day,
        "has_demo_key": settings.has_demo_key,
        "loaded": _loaded(run),
        "told_again": _told_again(run),
        "without_files": list(run.loaded.empty_sources) if run.loaded else [],
        "notices": [asdict(notice) for notice in run.notices],
        "unread_files": list(run.loaded.unread) if run.loaded else [],
        "quarantine": [asdict(bad) for bad in run.quarantine],
        "left_out": [asdict(rows) for rows in run.left_out],
        "masked": [asdict(cells) for cells in run.masked],
        "set_aside": [asdict(rows) for rows in run.figures.set_aside],
        "selected": {kind: list(names) for kind, names in run.selected.items()},
        "models_built": run.models_built,
        "checks": [asdict(check) for check in run.checks],
        "kpis": [asdict(figure) for figure in run.figures.scorecard],
        "kpis_without_data": list(run.figures.without_data),
        "restated": asdict(run.changes) if run.changes else None,
        "accepted": [[asdict(word), told] for word, told in run.accepted],
        "published": str(run.published) if run.published else None,
        "is_unchanged": run.is_unchanged,
    }


def write_object(run: Run, path: Path) -> None:
    """Write `as_object` to `path`, in one step."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(as_object(run), indent=2, default=str) + "\n", encoding="utf-8")
    draft.replace(path)


def show(run: Run, console: Console) -> None:
    """Print what a run did."""
    _show_loaded(run, console)
    _show_figures(run, console)
    _show_restated(run, console)
    _show_checks(run, console)
    _show_outcome(run, console)


def _loaded(run: Run) -> list[dict[str, Any]]:
    if run.loaded is None:
        return []
    return [
        {
            "source": export.source,
            "export": export.export,
            "files": len(export.files),
            "unchanged": sum(file.status == "unchanged" for file in export.files),
            "rows_read": export.rows_read,
            "accepted": export.accepted,
            "quarantined": export.quarantined,
            "superseded": export.superseded,
            "added_up": export.added_up,
            "left_out": export.left_out,
            "ignored": sum(file.ignored for file in export.files),
            "oldest_event": export.oldest_event,
            "newest_event": export.newest_event,
        }
        for export in run.loaded.exports
        if export.files
    ]


def _told_again(run: Run) -> list[dict[str, Any]]:
    """Files that tell in other detail what other files tell as well: those of fewer details count."""
    found = []
    for export in run.loaded.exports if run.loaded else ():
        details = {file.file: file.detail for file in export.files}
        for file in export.files:
            by = [other for other in file.superseded_by if details.get(other, file.detail) != file.detail]
            if by:
                found.append(
                    {
                        "source": export.source,
                        "export": export.export,
                        "file": file.file,
                        "detail": file.detail,
                        "by": by,
                        "row_count": file.superseded,
                    }
                )
    return found


def _show_loaded(run: Run, console: Console) -> None:
    if run.loaded is None:
        return
    loaded = _loaded(run)
    counts = ["files", "unchanged", "rows_read", "accepted", "quarantined", "superseded"]
    counts += [count for count in ("added_up", "left_out") if any(row[count] for row in loaded)]
    by = ["source", "export"] if run.settings.details else ["source"]
    table = _table("Exports", by, [count.replace("_", " ") for count in counts])
    lines: dict[tuple[str, ...], list[int]] = {}
    for row in loaded:
        totals = lines.setdefault(tuple(row[name] for name in by), [0] * len(counts))
        totals[:] = [total + row[count] for total, count in zip(totals, counts, strict=True)]
    for names, totals in lines.items():
        table.add_row(*names, *(f"{total:,}" for total in totals))
    console.print(table)
    if run.loaded.empty_sources:
        _say(console, f"Sources without files: {', '.join(run.loaded.empty_sources)}.")
    for notice in run.notices:
        if notice.stands_out:
            _say(console, f"Note: {notice.text}.")
    for again in _told_again(run):
        _say(
            console,
            f"{again['file']} tells by {again['detail']} what {' and '.join(again['by'])} tells as a whole:"
            f" it counts once, {count_text(again['row_count'], 'row')} of the former are superseded.",
        )
    _show_quarantine(run, console)
    for none in run.left_out:
        sums = f": {none.sums}" if none.sums else ""
        _say(
            console,
            f"Left out: {count_text(none.row_count, 'row')} of {none.source} {none.export}, {none.why}"
            f" (first in {none.file}, line {none.line:,}){sums}.",
        )
    if run.figures.set_aside:
        table = _table("Not counted, and why", ["export", "what"], ["rows"])
        table.add_column("why")
        for rows in run.figures.set_aside:
            table.add_row(rows.export, rows.what, f"{rows.row_count:,}", rows.reason)
        console.print(table)
        for rows in run.figures.set_aside:
            if rows.first_row:
                _say(
                    console,
                    f"Not used where it contradicts itself: {rows.export}: {rows.reason}: {rows.first_row}.",
                )
            if rows.amount:
                given_back = value_text(rows.amount, "currency", run.settings.reporting_currency)
                _say(
                    console,
                    f"Not taken off: {given_back} of {count_text(rows.row_count, 'refund')} in {rows.export},"
                    f" {rows.reason}.",
                )


def _show_quarantine(run: Run, console: Console) -> None:
    for bad in run.quarantine[:MOST_FINDINGS_SHOWN]:
        column = f", column {bad.column}" if bad.column else ""
        _say(
            console,
            f"Quarantined: {count_text(bad.row_count, 'row')} of {bad.source} {bad.export}{column}:"
            f" {bad.reason} (first in {bad.file}, line {bad.line:,}).",
        )
    if len(run.quarantine) > MOST_FINDINGS_SHOWN:
        _say(console, "... and more in raw._quarantine of the warehouse.")


def _show_figures(run: Run, console: Console) -> None:
    figures = run.figures
    if figures.scorecard:
        currency = run.settings.reporting_currency
        table = _table(
            f"KPIs of the latest complete month (data up to {figures.as_of})",
            ["KPI", "month"],
            ["value", "month before", "change"],
        )
        table.add_column("judged")
        for figure in figures.scorecard:
            table.add_row(
                figure.label or figure.kpi,
                f"{figure.period_start:%Y-%m}" if figure.period_start else "-",
                value_text(figure.value, figure.unit, currency),
                value_text(figure.previous_value, figure.unit, currency),
                change_text(figure.change, figure.relative_change, figure.unit),
                figure.verdict or "",
            )
        console.print(table)
    if len(figures.without_data) > MOST_NAMED:
        _say(console, f"KPIs without data: {len(figures.without_data):,}, named in {RUN_FILE}.")
    elif figures.without_data:
        _say(console, f"KPIs without data: {', '.join(figures.without_data)}.")


def _show_restated(run: Run, console: Console) -> None:
    for line in told_changes(run.changes):
        _say(console, line)


def _show_checks(run: Run, console: Console) -> None:
    for check in run.checks:
        _say(console, _check_line(check, strict=run.settings.strict))
    _show_findings(console, "Failed", run.failures)
    _show_findings(console, "Warning", run.warnings)


def _check_line(check: CheckReport, *, strict: bool) -> str:
    failed = len(check.failures(strict=strict))
    warned = len(check.findings) - failed
    parts = [f"{check.passed:,} passed", f"{failed:,} failed"]
    if warned:
        parts.append(count_text(warned, "warning"))
    if check.skipped:
        parts.append(f"{check.skipped:,} not reached")
    if check.standing:
        parts.append(f"{check.standing:,} stand, as nothing they look at has changed")
    return f"{check.name[:1].upper()}{check.name[1:]}: {check.note or ', '.join(parts)}."


def _show_findings(console: Console, word: str, findings: Iterable[Finding]) -> None:
    findings = tuple(findings)
    for finding in findings[:MOST_FINDINGS_SHOWN]:
        _say(console, f"{word}: {finding.check}: {finding.why}")
        for line in finding.detail.splitlines():
            _say(console, f"    {line}")
    if len(findings) > MOST_FINDINGS_SHOWN:
        _say(console, f"... and {len(findings) - MOST_FINDINGS_SHOWN} more in {RUN_FILE}.")


def failures_in_brief(run: Run) -> str:
    """One or two sentences on what keeps a run from being published."""
    first, *others = run.failures
    more = f" ({len(others):,} more in {RUN_FILE})" if others else ""
    return f"Nothing was published. Failed: {first.check}: {first.why}{more}"


def _show_outcome(run: Run, console: Console) -> None:
    settings = run.settings
    took = f"{sum(run.seconds.values()):.0f} s"
    if run.error:
        return
    if run.is_unchanged:
        _say(console, f"Nothing has changed since the last run: what it published stands ({took}).")
    elif run.published:
        elsewhere = f" and {run.published_in}" if run.published_in else ""
        _say(console, f"Published {run.published}{elsewhere} in {took}.")
    elif run.failures:
        _say(console, f"Nothing was published: {count_text(len(run.failures), 'check')} failed ({took}).")
    elif settings.select:
        for kind, names in run.selected.items():
            more = (
                f" and {len(names) - MOST_SELECTED_SHOWN:,} more" if len(names) > MOST_SELECTED_SHOWN else ""
            )
            noun = count_text(len(names), kind.replace("_", " "))
            _say(console, f"Selected {noun}: {', '.join(names[:MOST_SELECTED_SHOWN])}{more}.")
        if settings.command == "check":
            _say(console, f"Checked only {settings.select} in {took}; nothing was built.")
        else:
            _say(console, f"Built and tested only {settings.select} in {took}; a selection is not published.")
    else:
        _say(console, f"Done in {took}.")


def _table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for text in texts:
        table.add_column(text)
    for number in numbers:
        table.add_column(number, justify="right")
    return table


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
