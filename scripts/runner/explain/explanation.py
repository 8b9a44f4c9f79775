"""Puts together all that is known of one published value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import UsageError
from runner.explain.counted import CountedRows, read_counted
from runner.explain.files import ExportRows, FileRows, Period, read_files, read_rows
from runner.explain.place import Place, check_place
from runner.history.tables import FILE as HISTORY
from runner.ingest.declare.read_declarations import read_exports
from runner.published.lineage import DEFINITION, EXPORT, SETTING
from runner.settings import Settings
from runner.sql import quoted
from runner.storage import Storage

_VALUE = ("numerator", "denominator", "value", "value_low", "value_high", "is_complete")
_DESCRIBED = ("label", "family", "unit", "formula", "description", "caveats", "decision", "owner")
_NOT_COUNTED = ("quarantined", "left out", "set aside")


@dataclass(frozen=True)
class Past:
    """What the value was once it had been published, and why it was another before; None: the first."""

    published_at: datetime
    run_id: str
    value: float | None
    is_complete: bool
    is_withdrawn: bool
    reason: str | None
    detail: str | None
    accepted_because: str | None
    definition_hash: str | None


@dataclass(frozen=True)
class NotCounted:
    """Rows of an export that count nowhere, whatever their period."""

    export: str
    what: str
    why: str
    row_count: int | None


@dataclass(frozen=True)
class Explanation:
    """A published value and its way back. parts: what defines it, by name its hash."""

    place: Place
    kpi: Mapping[str, Any]
    value: Mapping[str, Any]
    as_of: Any
    definition: str | None
    definition_hash: str | None
    parts: Mapping[str, str]
    settings: Mapping[str, str]
    counted: CountedRows | None
    files: tuple[FileRows, ...]
    rows: tuple[ExportRows, ...]
    not_counted: tuple[NotCounted, ...]
    history: tuple[Past, ...]
    notes: tuple[str, ...]


def explain(settings: Settings, storage: Storage, place: Place, most_rows: int = 0) -> Explanation:
    """All that is known of the value at `place`, with the ids of at most `most_rows` rows a table.

    Raises UsageError where nothing is published there.
    """
    if not storage.published.is_file():
        raise UsageError(f"No KPIs are published in {settings.output} yet: run `python scripts/run.py`.")
    notes: list[str] = []
    with duckdb.connect(str(storage.published), read_only=True) as published:
        check_place(published, place)
        told = _read_published(published, place)
    counted: CountedRows | None = None
    files: tuple[FileRows, ...] = ()
    rows: tuple[ExportRows, ...] = ()
    if storage.warehouse.is_file():
        exports = {export.table: export for export in read_exports(settings.project / "models/staging")}
        period = Period(place, exports, told["zone"])
        with storage.reading() as warehouse:
            counted = read_counted(warehouse, place, most_rows)
            files = read_files(warehouse, period, told["exports"])
            direct = dict.fromkeys(file.export for file in files if file.reached == "direct")
            if most_rows:
                rows = read_rows(warehouse, period, list(direct), most_rows)
        if counted is None:
            notes.append(
                "The rows that it counts are not told: its view does not stand in the working file, or is of"
                " no known shape"
            )
        elif counted.differs_from(told["value"]["numerator"]):
            notes.append(
                "The rows that stand in the warehouse make another figure: it was loaded or built again since"
                " this was published, or the run failed"
            )
    else:
        notes.append(f"{storage.warehouse} is not there, so neither rows nor files are told")
    history = _read_history(settings.output / HISTORY, place, told["run_exports"])
    if not history:
        notes.append("The history knows nothing of this value")
    return Explanation(
        place=place,
        kpi=told["kpi"],
        value=told["value"],
        as_of=told["as_of"],
        definition=next((p for p in told["parts"] if Path(p).stem == place.kpi and p.endswith(".sql")), None),
        definition_hash=history[-1].definition_hash if history else None,
        parts=told["parts"],
        settings=told["settings"],
        counted=counted,
        files=files,
        rows=rows,
        not_counted=told["not_counted"],
        history=history,
        notes=tuple(notes),
    )


def _read_published(connection: duckdb.DuckDBPyConnection, place: Place) -> dict[str, Any]:
    value = _row(connection, f"select {', '.join(_VALUE)} from kpi.kpi_values where {place.where}")
    kpi = _row(connection, f"from kpi.catalog where kpi = {quoted(place.kpi)}")
    as_of, run_exports, zone = connection.execute(
        "select as_of, exports, coalesce(settings ->> 'reporting_timezone', 'UTC') from kpi.run"
    ).fetchall()[0]
    stands_on: dict[str, dict[str, str]] = {DEFINITION: {}, SETTING: {}, EXPORT: {}}
    for kind, name, detail in connection.execute(
        f"select kind, name, detail from kpi.lineage where kpi = {quoted(place.kpi)} order by kind, name"
    ).fetchall():
        stands_on[kind][name] = detail
    return {
        "value": value,
        "kpi": {name: kpi[name] for name in _DESCRIBED if name in kpi},
        "as_of": as_of,
        "run_exports": run_exports,
        "zone": zone,
        "parts": stands_on[DEFINITION],
        "settings": stands_on[SETTING],
        "exports": stands_on[EXPORT],
        "not_counted": _read_not_counted(connection, list(stands_on[EXPORT])),
    }


def _read_not_counted(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> tuple[NotCounted, ...]:
    kinds = ", ".join(map(quoted, _NOT_COUNTED))
    rows = connection.execute(
        "select case when starts_with(export, source || '__') then export else source || '__' || export end"
        f" as named, kind, text, row_count from kpi.run_notes where kind in ({kinds}) order by all"
    ).fetchall()
    return tuple(NotCounted(*row) for row in rows if row[0] in tables)


def _read_history(file: Path, place: Place, exports: str) -> tuple[Past, ...]:
    """What the value was after each run that changed it, the oldest first."""
    if not file.is_file():
        return ()
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(file)} as history (read_only)")
        rows = connection.execute(
            "select v.published_at, v.run_id, v.value, v.is_complete, v.is_withdrawn, v.reason, v.detail,"
            " runs.restate_reason, v.definition_hash from history.kpi_values as v"
            f" inner join history.runs as runs on v.run = runs.run where {place.where}"
            f" and v.exports = {quoted(exports)} order by v.run"
        ).fetchall()
    return tuple(Past(*row) for row in rows)


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchall()[0], strict=True))
