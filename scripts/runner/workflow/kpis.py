"""The steps that audit KPIs, compare them with what was published before, and publish them."""

from __future__ import annotations

from dataclasses import asdict, replace

from runner.audit import audit_inputs as measures
from runner.audit.history_rules import ACCEPTED
from runner.audit.limits import MAX_DROP
from runner.audit.periods import measure_periods
from runner.errors import UsageError
from runner.history.freeze import check_frozen
from runner.history.ledger import confirm, draft
from runner.history.tables import FILE as HISTORY
from runner.report.read_results import read_figures
from runner.results import CheckReport, Finding, Run
from runner.workflow.models import with_unit_tests
from runner.workflow.run_context import RunContext

REPORT_FILE = "report.html"


def find_kpis(run: Run, context: RunContext) -> Run:
    """Make sure that KPIs stand to be looked at, and read them."""
    if context.has_kpis():
        with context.storage.reading() as connection:
            return replace(run, figures=read_figures(connection))
    raise UsageError(
        f"No KPIs stand in {context.settings.output} yet: build them with `python scripts/run.py`."
    )


def audit_kpis(run: Run, context: RunContext) -> Run:
    """Audit the KPIs before they are published, beside those that are."""
    with context.storage.writing() as connection:
        measures.measure_changes(connection, context.storage.published, context.state.exports)
        measure_periods(connection, context.storage.published, run, context.settings.output / HISTORY)
    report = context.auditor.kpis(
        run.settings.max_drop, run.settings.limits, has_words=bool(run.settings.accept)
    )
    context.auditor.write_docs()
    run = replace(run, checks=(*run.checks, report))
    # What a gate let pass on a person's word is a warning of this name.
    if run.failures:
        context.hold_files()
    told = "; ".join(f.why for f in run.warnings if f.check.startswith(ACCEPTED))
    if told:
        return replace(run, accepted=tuple((word, told) for word in run.settings.accept))
    if unneeded_words := [word for word in run.settings.accept if word.reason != MAX_DROP]:
        names = ", ".join(word.name for word in unneeded_words)
        unneeded = Finding("--accept", f"nothing of {names} was held, so no word was needed", stops=False)
        return replace(run, checks=(*run.checks, CheckReport("acceptance", findings=(unneeded,))))
    return run


def audit_built_kpis(run: Run, context: RunContext) -> Run:
    """Audit the KPIs while the last unit tests go on."""
    return with_unit_tests(audit_kpis(run, context), context)


def compare_with_history(run: Run, context: RunContext) -> Run:
    """Note what is new or changed against all that was published, and hold what is frozen."""
    assert run.lineage is not None
    changes = draft(run, run.lineage, context.storage.warehouse, context.storage.published)
    return replace(run, changes=changes, checks=(*run.checks, check_frozen(changes, run.settings)))


def publish(run: Run, context: RunContext) -> Run:
    """Put the KPIs in place for BI."""
    with context.storage.reading() as connection:
        rows = measures.row_counts(connection)
    published = context.target.publish(run)
    confirm(context.settings.output, run.run_id)
    warnings = tuple(asdict(finding) for finding in run.warnings)
    context.remember(rows=rows, published=context.published_mark, warnings=warnings, held=())
    return replace(run, published=published, published_in=context.target.readers_meet)


def report(run: Run, context: RunContext) -> Run:
    """Write the page for people from what has been published."""
    write_report_page(context)
    return run


def write_report_page(context: RunContext) -> None:
    """Write the page for people; raises CouldNotRun where it cannot be."""
    from runner.report.page.write_page import write_report

    write_report(context.storage.published, context.settings.output / REPORT_FILE)
