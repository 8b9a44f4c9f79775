"""The steps that bring exports into the warehouse and audit them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from runner.audit import audit_inputs as measures
from runner.audit.loads import measure_loads, note_accepted
from runner.errors import UsageError
from runner.history.tables import FILE as HISTORY
from runner.report.read_results import read_left_out, read_quarantine, read_totals
from runner.results import CheckReport, Finding, Notice, Run
from runner.settings import Settings
from runner.solvers import clv, markov
from runner.workflow.run_context import RunContext

AGE = "age of the data"


def mend_warehouse(run: Run, context: RunContext) -> Run:
    """Go back to the last good state of the warehouse where a killed run or a bad disk has damaged it."""
    told = context.storage.mend()
    if told is None:
        return run
    context.remember(built=None, published=None)
    finding = Finding("warehouse", told, stops=False)
    return replace(run, checks=(*run.checks, CheckReport("warehouse", findings=(finding,))))


def load(run: Run, context: RunContext) -> Run:
    """Load the exports into raw tables."""
    from runner import ingest
    from runner.ingest.notices.assumed import masked_cells
    from runner.ingest.notices.unread import files_not_taken
    from runner.ingest.warehouse import create_tables

    settings = run.settings
    exports = context.chosen
    _refuse_mixing(context)
    context.remember(published=None)  # until all of this run has passed
    with context.storage.writing() as connection:
        report = ingest.load(
            settings.exports,
            connection,
            exports,
            hash_key=settings.hash_key.bytes,
            reporting_timezone=settings.reporting_timezone,
            max_bad_share=settings.max_bad_share,
            full_refresh=settings.full_refresh,
            kept_parameters=settings.kept_parameters,
            scratch=settings.output / "scratch",
            held=context.state.held,
            say=context.console.say,
        )
        for export in context.exports:
            create_tables(connection, export)
        markov.create_table(connection)
        clv.create_table(connection, keep=settings.clv is not None)
        for source in settings.sources:
            if source in report.empty_sources:
                not_taken = files_not_taken(settings.exports, exports, source)
                raise UsageError(
                    f"--sources {source}: there is no file of it in {settings.exports}. {not_taken}".strip()
                )
        notices = notices_of(connection, context)
        quarantine, left_out = read_quarantine(connection), read_left_out(connection)
        run = replace(run, masked=masked_cells(connection))
        try:
            ingest.set_as_of(
                connection, settings.as_of, context.exports, reporting_timezone=settings.reporting_timezone
            )
        except UsageError as error:
            told = [f"{notice.text}." for notice in notices if notice.kind in ("folder", "file")]
            raise UsageError(" ".join([error.message, *told])) from None
    if any(file.status == "loaded" for export in report.exports for file in export.files):
        context.storage.keep()
    return replace(run, loaded=report, quarantine=quarantine, left_out=left_out, notices=notices)


def compare_totals(run: Run, context: RunContext) -> Run:
    """Hold the files' own rows of sums against what was accepted of them."""
    with context.storage.reading() as connection:
        return replace(run, checks=(*run.checks, read_totals(connection)))


def age_of_data(connection: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[CheckReport, ...]:
    """A warning where the newest event is older than the setting max_age_days allows; none where it is null.

    Exports are held against each other's days: where all have ended, only the clock tells.
    """
    from runner.ingest.clock import today_in

    limit = settings.variables_in_force.get("max_age_days")
    if limit is None or settings.as_of:
        return ()
    (as_of,) = connection.execute("select as_of from raw._run").fetchall()[0]
    days = (today_in(connection, settings.reporting_timezone) - as_of).days
    if days <= limit:
        return (CheckReport(AGE, passed=1),)
    told = (
        f"the newest event is of {as_of}, {days} days ago (setting max_age_days: {limit});"
        " see whether exports still arrive"
    )
    return (CheckReport(AGE, findings=(Finding(AGE, told, stops=False),)),)


def audit_arrivals(run: Run, context: RunContext) -> Run:
    """Audit the exports that have been loaded."""
    with context.storage.writing() as connection:
        measures.measure_arrivals(connection, context.exports, context.state.rows)
        ledger = run.settings.output / HISTORY
        measure_loads(connection, context.exports, ledger, str(context.state.exports))
        note_accepted(connection, run.settings.accept, context.exports)
    settings = run.settings
    report = context.auditor.arrivals(
        settings.max_bad_share, settings.max_drop, settings.limits, has_words=bool(settings.accept)
    )
    with context.storage.reading() as connection:
        run = replace(run, checks=(*run.checks, report, *age_of_data(connection, settings)))
    if run.failures:
        context.auditor.write_docs()
        context.hold_files()
    return run


def _refuse_mixing(context: RunContext) -> None:
    """Rows of a vanished file stay, so another folder's rows would be counted with those of the last."""
    settings, folder = context.settings, str(context.settings.exports)
    earlier = context.state.exports
    if earlier not in (None, folder) and context.storage.warehouse.exists():
        if settings.sources or not settings.full_refresh:
            if earlier and not Path(earlier).is_dir():
                raise UsageError(
                    f"{settings.output} holds the exports of {earlier}, which is no longer there:"
                    f" if {folder} is that folder, moved or renamed, run once with --full-refresh;"
                    " else choose another --output."
                )
            raise UsageError(
                f"{settings.output} holds the exports of {earlier}, and the rows of both folders would be"
                " counted together: choose another --output, or replace all it holds with --full-refresh."
            )
        context.remember(rows={})
    context.remember(exports=folder)


def notices_of(connection: duckdb.DuckDBPyConnection, context: RunContext) -> tuple[Notice, ...]:
    """What lies beside the exports, or in them, and nothing reads."""
    from runner.ingest.notices.read_notices import read_notices

    return read_notices(connection, context.settings.exports, context.chosen, context.exports)
