"""Writes the published file beside the one that stands, and puts it in its place in one step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from runner import interrupts
from runner.errors import CouldNotRun
from runner.history import restatements
from runner.masking import masked
from runner.published.comments import Described, comment_statements, read_descriptions
from runner.published.lineage import write_lineage
from runner.published.views import BESIDE_THE_FIGURES, KPI_COLUMNS, view_queries
from runner.report.notes import notes_of
from runner.results import Run
from runner.sql import insert_rows, quoted

STORAGE_VERSION = "v1.0.0"  # what clients from DuckDB 1.1 on can open


def publish_file(
    warehouse: Path,
    published: Path,
    run: Run,
    history: Path | None = None,
    elsewhere: Callable[[Path], Callable[[], None]] | None = None,
) -> Path:
    """Publish the KPIs of `warehouse` as the file `published`, read-only. Returns `published`.

    history: the ledger, which tells what was restated. elsewhere: takes the finished file to another place
    too, unseen, and returns what puts it in place there, just before it is put in place here. A reader
    meets either the old file or the new one, whole; one that has the old file open keeps it. Raises
    CouldNotRun when the candidate does not hold what the warehouse does.
    """
    candidate = published.with_name(f"{published.name}.candidate")
    _remove(candidate)
    try:
        written = _write(warehouse, candidate, run, history)
        if _rows(candidate) != written:
            raise CouldNotRun(
                f"{candidate} does not hold the {written} values written to it; nothing was published."
            )
        candidate.chmod(0o444)
        _sync(candidate)
        put_in_place = elsewhere(candidate) if elsewhere else None
        interrupts.hold()
        if put_in_place:
            put_in_place()
        _wal(published).unlink(missing_ok=True)  # DuckDB would replay it into the new file
        candidate.replace(published)
        _sync(published.parent)
    finally:
        _remove(candidate)
    return published


def run_id(file: Path) -> str | None:
    """The run whose figures a published file holds; None where it cannot be read."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute("select run_id from kpi.run").fetchone()
            return row[0] if row else None
    except duckdb.Error:
        return None


def _write(warehouse: Path, candidate: Path, run: Run, history: Path | None) -> int:
    columns = ", ".join(KPI_COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = {quoted(run.settings.memory)}")
        connection.execute(f"set temp_directory = {quoted(f'{candidate}.tmp')}")
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        connection.execute(
            f"attach {quoted(candidate)} as candidate (storage_version {quoted(STORAGE_VERSION)})"
        )
        connection.execute("use candidate")
        connection.execute("create schema kpi")
        connection.execute(
            f"create table kpi.kpi_values as select {columns} from warehouse.kpi.kpis"
            " order by kpi, period_grain, dimension, dimension_value, period_start"
        )
        tables = _column(
            connection,
            "select table_name from information_schema.tables"
            " where table_catalog = 'warehouse' and table_schema = 'kpi' order by table_name",
        )
        catalog = _read_catalog(connection)
        views = dict(view_queries(catalog, has_targets="targets" in tables))
        for table in set(tables) - set(views):
            connection.execute(f"create table kpi.{table} as from warehouse.kpi.{table}")
        restatements.write_table(connection, history, run.run_id)
        connection.execute("begin")  # one write to the disk for all that is small
        for name, query in views.items():
            connection.execute(f"create view kpi.{name} as {query}")
        _write_run(connection, run)
        write_lineage(connection, run)
        _write_comments(connection, run, catalog)
        connection.execute("commit")
        rows = connection.execute("select count(*) from warehouse.kpi.kpis").fetchone()
        connection.execute("use memory")
        connection.execute("detach candidate")  # checkpoints
    return int(rows[0]) if rows else 0


def _read_catalog(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str | None]]:
    """What the catalog says of each KPI, as far as it has a column for it."""
    has = _column(
        connection,
        "select column_name from information_schema.columns where table_catalog = 'warehouse'"
        " and table_schema = 'kpi' and table_name = 'catalog'",
    )
    names = [name for name in (*BESIDE_THE_FIGURES, "description") if name in has]
    rows = connection.execute(
        f"select {', '.join(['kpi', *names])} from warehouse.kpi.catalog order by kpi"
    ).fetchall()
    return {kpi: dict(zip(names, told, strict=True)) for kpi, *told in rows}


def _write_comments(
    connection: duckdb.DuckDBPyConnection, run: Run, catalog: Mapping[str, Mapping[str, str | None]]
) -> None:
    relations: dict[str, tuple[str, list[str]]] = {}
    for name, kind, column in connection.execute(
        "select table_name, case table_type when 'VIEW' then 'view' else 'table' end, column_name"
        " from information_schema.columns inner join information_schema.tables"
        " using (table_catalog, table_schema, table_name)"
        " where table_catalog = 'candidate' and table_schema = 'kpi' order by table_name, ordinal_position"
    ).fetchall():
        relations.setdefault(name, (kind, []))[1].append(column)
    labels = {kpi: f"{of_kpi.get('label')} ({of_kpi.get('unit')})." for kpi, of_kpi in catalog.items()}
    told = read_descriptions(run.settings.project, relations.keys() - catalog.keys())
    told |= {kpi: Described(of_kpi.get("description") or "") for kpi, of_kpi in catalog.items()}
    connection.execute(";".join(comment_statements(relations, told, labels)) or "select 1")


def _write_run(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    connection.execute(
        "create table kpi.run"
        " (started_at timestamp, as_of date, first_day date, exports varchar, settings varchar,"
        " run_id varchar)"
    )
    connection.execute(
        "insert into kpi.run select ?, as_of, first_day, ?, ?, ? from warehouse.raw._run",
        [
            run.started_at.replace(tzinfo=None),
            str(run.settings.exports),
            json.dumps(dict(run.settings.variables_in_force), default=str),
            run.run_id,
        ],
    )
    connection.execute(
        "create table kpi.run_exports as from warehouse.audit.arrivals order by source, export"
    )
    connection.execute(
        "create table kpi.run_files (source varchar, export varchar, file varchar, sha256 varchar,"
        " status varchar, rows_read bigint, accepted bigint, quarantined bigint, superseded bigint,"
        " added_up bigint, left_out bigint)"
    )
    files = connection.execute(
        "select source, export, file, sha256, status, rows_read, accepted, quarantined, superseded,"
        " added_up, left_out from warehouse.raw._files order by source, export, file"
    ).fetchall()
    insert_rows(connection, "kpi.run_files", [(*row[:2], masked(row[2]), *row[3:]) for row in files])
    connection.execute(
        "create table kpi.run_notes (kind varchar, source varchar, export varchar, text varchar,"
        " row_count bigint, file varchar, line bigint)"
    )
    if notes := notes_of(run):
        connection.executemany("insert into kpi.run_notes values (?, ?, ?, ?, ?, ?, ?)", notes)


def _rows(database: Path) -> int:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select count(*) from kpi.kpis").fetchone()
    return int(rows[0]) if rows else 0


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query).fetchall()]


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _remove(database: Path) -> None:
    for path in (database, _wal(database)):
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
