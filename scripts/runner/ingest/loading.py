"""The order of a load: find the files, read those that changed, keep the warehouse's rows in step."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from runner.errors import CheckFailed, CouldNotRun, RunError, UsageError
from runner.ingest import warehouse
from runner.ingest.clock import event_range, today_in
from runner.ingest.declare.declarations import Export
from runner.ingest.merge.file_order import in_order
from runner.ingest.merge.files import Plan, find_files, find_unread, format_of, make_plan, scan_file
from runner.ingest.merge.keys import DETAILS, Rows, add_rows, remove_rows, set_detail, set_ranks
from runner.ingest.merge.renames import one_name, set_names
from runner.ingest.notices.unread import unread_titles
from runner.ingest.preparing import check_hash_key, prepare_tables
from runner.ingest.privacy import personal, pii
from runner.ingest.read.csv_reader import read_delimited
from runner.ingest.read.json_reader import read_json
from runner.ingest.read.parquet_reader import read_parquet
from runner.ingest.read.relation import Relation
from runner.ingest.read.scan import Scan, line_starts, stamp_of
from runner.ingest.read.sheet_reader import read_sheet
from runner.ingest.report import ExportReport, FileReport, LoadReport
from runner.ingest.stage import parsing, staging, totals
from runner.ingest.stage.doubtful import doubtful_numbers
from runner.ingest.stage.ids import rounded_ids
from runner.ingest.stage.spacing import POSSIBLY, Spacing, find_spacing, possible_spacing
from runner.ingest.stage.staging import Staged
from runner.ingest.warehouse import KnownFile
from runner.masking import masked
from runner.sql import name_quoted, quoted

_MEMORY_GIGABYTES = 3.0  # what DuckDB may take; the rest of 4 GB is Python's


def load(
    exports_dir: Path,
    connection: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    *,
    hash_key: bytes,
    reporting_timezone: str,
    max_bad_share: float = 0.01,
    full_refresh: bool = False,
    kept_parameters: Sequence[str] = warehouse.KEPT_PARAMETERS,
    scratch: Path | None = None,
    held: Collection[str] = (),
    say: Callable[[str], None],
) -> LoadReport:
    """Load the files of `exports` under `exports_dir` into `raw`; unchanged files are skipped.

    The load of a file is one transaction. kept_parameters: the names (`*` stands for any signs) of the
    parameters of links that are kept. scratch: a folder for copies of files while they are read, which is
    emptied before and removed after; without one, a temporary folder of the system. held: hashes of files
    that a gate has held, whose rows go once the files are gone. Raises CheckFailed where a file cannot be
    read or more than `max_bad_share` of its rows are bad, UsageError for a missing folder or another hash
    key than the warehouse's, CouldNotRun where disk, memory or database stand in the way.
    """
    if not exports_dir.is_dir():
        raise UsageError(f"There is no exports folder {exports_dir}; pass one with --exports.")
    with (
        _errors_told(),
        _tuned(connection),
        pii.keyed(connection, hash_key),
        for_the_owner_alone(scratch) as folder,
    ):
        job = _Job(
            exports_dir,
            connection,
            reporting_timezone,
            today_in(connection, reporting_timezone),
            max_bad_share,
            full_refresh,
            tuple(kept_parameters),
            folder,
            frozenset(held),
            say,
        )
        with _transaction(connection):
            warehouse.create_own_tables(connection)
            check_hash_key(connection, exports_dir, exports, hash_key, full_refresh=full_refresh)
            for export in exports:
                prepare_tables(connection, exports_dir, export)
        reports = tuple(_load_export(job, export) for export in exports)
        with _transaction(connection):
            warehouse.write_former_addresses(connection, exports)
    return LoadReport(reports, find_unread(exports_dir, exports))


def find_unchanged(
    exports_dir: Path,
    connection: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    *,
    hash_key: bytes,
    reporting_timezone: str,
    kept_parameters: Sequence[str] = warehouse.KEPT_PARAMETERS,
) -> LoadReport | None:
    """What a load would report where it had nothing to do; None where anything has changed.

    connection: to a warehouse that has been loaded; nothing is written.
    """
    if warehouse.setting(connection, "hash_key") != pii.fingerprint(hash_key):
        return None
    reports = []
    for export in exports:
        if warehouse.setting(connection, f"layout:{export.table}") != warehouse.layout(export):
            return None
        known = warehouse.known_files(connection, export)
        declaration = warehouse.declaration(export, reporting_timezone, kept_parameters)
        counted = _counted(known, declaration)
        paths = find_files(exports_dir, export)
        scans = {}
        for name, path in paths.items():
            if name not in known:
                return None
            scans[name] = scan_file(path, export, name, known[name])
        plan = make_plan(export, scans, known, counted, full_refresh=False)
        told = {name: file.duplicate_of for name, file in known.items() if file.status == "duplicate"}
        if plan.added or plan.gone or plan.duplicates != told:
            return None
        reports.append(_report(connection, export, plan))
    return LoadReport(tuple(reports), find_unread(exports_dir, exports))


@dataclass(frozen=True)
class _Job:
    """What a load was asked to do."""

    exports_dir: Path
    connection: duckdb.DuckDBPyConnection
    reporting_timezone: str
    today: date  # there
    max_bad_share: float
    full_refresh: bool
    kept_parameters: tuple[str, ...]
    scratch: Path  # where copies of files may stand while they are read
    held: frozenset[str]  # hashes of files that were never accepted
    say: Callable[[str], None]


@contextmanager
def for_the_owner_alone(scratch: Path | None) -> Iterator[Path]:
    """An empty folder that nobody else may read; what a killed run left in it goes first."""
    if scratch is None:
        with tempfile.TemporaryDirectory(prefix="marketing-kpis-") as folder:
            yield Path(folder)
        return
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _errors_told() -> Iterator[None]:
    """DuckDB's errors as the user's."""
    try:
        yield
    except RuntimeError as error:
        # So DuckDB passes on a Ctrl-C that comes while it works.
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        raise CouldNotRun(f"The warehouse could not be written: {str(error).splitlines()[0]}") from error


@contextmanager
def _tuned(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within, DuckDB keeps to a few gigabytes and to the order of rows."""
    wanted = {"preserve_insertion_order": "true"}
    if _gigabytes(str(_setting(connection, "memory_limit"))) > _MEMORY_GIGABYTES:
        wanted["memory_limit"] = f"{_MEMORY_GIGABYTES}GB"
    before = {name: _setting(connection, name) for name in wanted}
    for name, value in wanted.items():
        connection.execute(f"set {name} = {quoted(value)}")
    try:
        yield
    finally:
        for name, setting in before.items():
            connection.execute(f"set {name} = {quoted(str(setting))}")


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> object:
    row = connection.execute(f"select current_setting({quoted(name)})").fetchone()
    assert row is not None
    return row[0]


def _gigabytes(size: str) -> float:
    """`18.6 GiB` as a number."""
    number, unit = size.split()
    powers = {"bytes": 0, "KiB": 1, "MiB": 2, "GiB": 3, "TiB": 4}
    return float(number) * float(1024 ** powers[unit]) / 1e9


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _load_export(job: _Job, export: Export) -> ExportReport:
    """Bring one export's tables in step with its files."""
    connection = job.connection
    paths = find_files(job.exports_dir, export)
    known = warehouse.known_files(connection, export)
    declaration = warehouse.declaration(export, job.reporting_timezone, job.kept_parameters)
    counted = {} if job.full_refresh else _counted(known, declaration)
    scans = {name: scan_file(path, export, name, counted.get(name)) for name, path in paths.items()}
    plan = make_plan(export, scans, known, counted, full_refresh=job.full_refresh, held=job.held)
    set_ranks(connection, export, plan.order, {name: file.detail for name, file in known.items()})
    for name, other in plan.duplicates.items():
        job.say(f"{name} has the same content as {other}: its rows are counted once.")
    if plan.gone or plan.duplicates:
        with _transaction(connection):
            moved = [_remove(connection, export, name) for name in plan.gone]
            for name, other in plan.duplicates.items():
                _note_duplicate(connection, export, name, other, scans[name])
            if any(moved):
                warehouse.recount(connection, export)
    set_names(connection, export)
    for name in plan.added:
        _load_file(job, export, name, scans[name], declaration, is_known=name in known)
    return _report(connection, export, plan)


def _counted(known: Mapping[str, KnownFile], declaration: str) -> dict[str, KnownFile]:
    """Those of the known files that need not be read again as long as their content is the same."""
    return {
        name: file
        for name, file in known.items()
        if file.status == "loaded" and file.declaration == declaration
    }


def _load_file(job: _Job, export: Export, name: str, scan: Scan, declaration: str, *, is_known: bool) -> None:
    """Read a file and put its rows in the place of those it had before."""
    connection = job.connection
    with tempfile.TemporaryDirectory(dir=job.scratch) as scratch:
        relations = _relations(job, export, name, scan, Path(scratch))
        with _unchanged(scan, name):
            staged = staging.stage(connection, relations, export, name, job.reporting_timezone)
        doubtful = doubtful_numbers(connection, staged, export)
    staging.check_share(connection, staged, export, name, job.max_bad_share)
    kept, masked_cells = personal.mask_texts(connection, export, staged, job.kept_parameters)
    spacing = find_spacing(connection, staged, export, name, job.today)
    possible = None if spacing else possible_spacing(connection, staged, export, name)
    spaced = spacing.unit if spacing else possible and POSSIBLY + possible
    rounded = rounded_ids(connection, export, staged)
    rows = _good_rows(connection, export, name, staged, kept, rounded, spacing)
    with _transaction(connection):
        moved = _remove(connection, export, name) if is_known else False
        details = _details(export, staged.relation)
        set_detail(connection, export, name, details)
        rows = one_name(connection, export, rows, name)
        moved = add_rows(connection, export, rows, told_in=name) or moved
        _note_loaded(connection, export, name, scan, declaration, staged, details, doubtful, spaced)
        if staged.left_out:
            totals.note_left_out(connection, export, name, staged)
        for cells in (*masked_cells, *rounded.values()):
            warehouse.note_masked(connection, export, name, cells.column, cells.what, cells.cells)
        if export.totals:
            totals.note_totals(connection, export, name, staged)
        if moved:
            warehouse.recount(connection, export)
    for table in (staging.STAGED, *kept.values()):
        connection.execute(f"drop table {table}")
    rows_read = f"{staged.rows_read:,} row{'' if staged.rows_read == 1 else 's'}"
    bad = f", {staged.quarantined:,} of them quarantined" if staged.quarantined else ""
    none = f", {staged.left_out:,} of them left out" if staged.left_out else ""
    job.say(f"{name}: {rows_read}{bad}{none}.")


@contextmanager
def _unchanged(scan: Scan, name: str) -> Iterator[None]:
    """Within, the file that was hashed is read again: CouldNotRun is raised where it was not the same.

    What was read, or what was wrong with it, is then of another content than the hash.
    """
    try:
        yield
    except (RunError, OSError) as error:
        _refuse_changed(scan, name)
        if isinstance(error, OSError):
            raise CouldNotRun(f"{name} cannot be read: {error.strerror or error}.") from None
        raise
    except RecursionError:
        raise CheckFailed(f"{name}: its JSON is nested too deep; export it again.") from None
    _refuse_changed(scan, name)


def _refuse_changed(scan: Scan, name: str) -> None:
    if stamp_of(scan.path) != scan.stamp:
        raise CouldNotRun(f"{name} changed while it was read; run again.")


def _details(export: Export, relation: Relation) -> str:
    """The headers of the declared details that a file has."""
    return DETAILS.join(relation.titles.get(name, name) for name in export.detail if name in relation.texts)


def _relations(job: _Job, export: Export, name: str, scan: Scan, scratch: Path) -> Iterator[Relation]:
    """The ways of reading a file, the quickest first."""
    for relation in _read(job, export, name, scan, scratch):
        yield relation.with_groups_of(export, name)


def _read(job: _Job, export: Export, name: str, scan: Scan, scratch: Path) -> Iterator[Relation]:
    match format_of(export, name):
        case "csv":
            yield from read_delimited(scan, export, name, scratch, job.max_bad_share)
        case "jsonl":
            yield from read_json(job.connection, scan, export, name, scratch)
        case "parquet":
            yield read_parquet(job.connection, scan, export, name, scratch)
        case _:
            yield read_sheet(scan, export, name, scratch)


def _good_rows(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    name: str,
    staged: Staged,
    kept: Mapping[int, str],
    rounded: Collection[int],
    spacing: Spacing | None,
) -> Rows:
    """The good rows of the staged file; personal texts are hashed, each distinct one once.

    kept: by place of a column, the table of what is kept of those of its texts that are masked. rounded:
    places of columns some of whose ids are none. spacing: the periods whose first days the file tells.
    """
    there = staged.relation.columns(export)
    numbers = {column.name: number for number, column in there}
    types = {column.name: column.data_type for column in export.columns}
    hashed = {column.name for _, column in there if column.is_pii}
    if hashed:
        texts = " union all ".join(
            f"select c{numbers[column]} as text from {staging.STAGED} where code = 0"
            for column in sorted(hashed)
        )
        connection.execute(
            f"create or replace temp table door_hashes as select text, {pii.hashed('text')} as hash"
            f" from (select distinct text from ({texts}) where text is not null)"
        )

    def rows(columns: Sequence[str]) -> str:
        parts, joins = [], []
        for column in columns:
            number = numbers.get(column)
            if column == "_file":
                parts.append(f"{quoted(name)} as _file")
            elif column == "_row":
                parts.append(f"{staged.line} as _row")
            elif number is None:
                parts.append(f"cast(null as {types[column]}) as {name_quoted(column)}")
            elif spacing and export.range and column == export.range.last:
                parts.append(
                    f"{spacing.last_day(f's.c{numbers[export.range.first]}')} as {name_quoted(column)}"
                )
            elif column in hashed:
                joins.append(f" left join temp.door_hashes as h{number} on h{number}.text = s.c{number}")
                parts.append(f"h{number}.hash as {name_quoted(column)}")
            elif number in rounded:
                is_none = parsing.is_rounded(f"s.c{number}")
                parts.append(f"case when not {is_none} then s.c{number} end as {name_quoted(column)}")
            elif number in kept:
                joins.append(f" left join {kept[number]} as m{number} on m{number}.text = s.c{number}")
                parts.append(f"coalesce(m{number}.kept, s.c{number}) as {name_quoted(column)}")
            else:
                parts.append(f"s.c{number} as {name_quoted(column)}")
        return f"select {', '.join(parts)} from {staging.STAGED} as s{''.join(joins)} where s.code = 0"

    return rows


def _remove(connection: duckdb.DuckDBPyConnection, export: Export, name: str) -> bool:
    moved = remove_rows(connection, export, name)
    warehouse.forget_file(connection, export, name)
    return moved


def _note_duplicate(
    connection: duckdb.DuckDBPyConnection, export: Export, name: str, other: str, scan: Scan
) -> None:
    warehouse.forget_file(connection, export, name)
    warehouse.note_file(
        connection,
        export,
        file=name,
        sha256=scan.sha256,
        status="duplicate",
        duplicate_of=other,
        bytes=scan.size,
        encoding=scan.encoding,
        lines=scan.lines,
    )


def _note_loaded(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    name: str,
    scan: Scan,
    declaration: str,
    staged: Staged,
    details: str,
    doubtful: str | None,
    spaced: str | None,
) -> None:
    """Keep what is known of a file, and its bad rows."""
    relation = staged.relation
    warehouse.note_file(
        connection,
        export,
        file=name,
        sha256=scan.sha256,
        status="loaded",
        declaration=declaration,
        bytes=scan.size,
        encoding=scan.encoding,
        lines=relation.lines,
        header_lines=relation.header_lines,
        rows_read=staged.rows_read,
        accepted=staged.good,
        quarantined=staged.quarantined,
        left_out=staged.left_out,
        ignored=staged.ignored,
        blank=staged.blank,
        line_breaks=relation.line_breaks,
        unread=json.dumps([*map(masked, unread_titles(export, relation.headers))], ensure_ascii=False),
        lacking=" ".join(column.name for column in relation.lacking(export)),
        detail=details,
        doubtful=doubtful and masked(doubtful),
        spaced=spaced,
    )
    if staged.bad:
        warehouse.quarantine(connection, export, name, staging.bad_rows(staged, export))
    rejects = staging.rejected(relation, export)
    starts = line_starts(scan, name, {row.line for row in rejects}) if rejects else {}
    for row in rejects:
        warehouse.quarantine_line(
            connection, export, name, row.line, row.column, row.reason, row.text, starts.get(row.line)
        )


def _report(connection: duckdb.DuckDBPyConnection, export: Export, plan: Plan) -> ExportReport:
    facts = warehouse.file_facts(connection, export)
    reports = []
    for name in in_order(facts):
        known = facts[name]
        if name in plan.duplicates:
            status = "duplicate"
        elif name in plan.vanished:
            status = "vanished"
        else:
            status = "loaded" if name in plan.added else "unchanged"
        reports.append(
            FileReport(
                export.source, export.name, name, status, duplicate_of=plan.duplicates.get(name), **known
            )
        )
    return ExportReport(
        export.source, export.name, export.table, tuple(reports), *event_range(connection, export)
    )
