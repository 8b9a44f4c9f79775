"""The steps that audit KPIs, compare them with what was published before, and publish them."""

from __future__ import annotations

from dataclasses import asdict, replace

from runner.audit import audit_inputs as measures
from runner.audit.history_rules import ACCEPTED
from runner.audit.limits import MAX_DROP
from runner.audit.periods import measure_periods
from runner.errors import AskedWrongly
from runner.history.freeze import check_frozen
from runner.history.ledger import confirm, draft
from runner.history.tables import FILE as HISTORY
from runner.report.read_results import read_figures
from runner.results import CheckReport, Finding, Run
from runner.workflow.models import with_unit_tests
from runner.workflow.workplace import Workplace

REPORT_FILE = "report.html"


def find_kpis(run: Run, work: Workplace) -> Run:
    """Make sure that KPIs stand to be looked at, and read them."""
    if work.has_kpis():
        with work.storage.reading() as connection:
            return replace(run, figures=read_figures(connection))
    raise AskedWrongly(
        f"No KPIs stand in {work.settings.output} yet: build them with `python scripts/run.py`."
    )


def audit_kpis(run: Run, work: Workplace) -> Run:
    """Audit the KPIs before they are published, beside those that are."""
    with work.storage.writing() as connection:
        measures.measure_changes(connection, work.storage.published, work.state.exports)
        measure_periods(connection, work.storage.published, run, work.settings.output / HISTORY)
    report = work.auditor.kpis(
        run.settings.max_drop, run.settings.limits, has_words=bool(run.settings.accept)
    )
    work.auditor.write_docs()
    run = replace(run, checks=(*run.checks, report))
    # What a gate let pass on a person's word is a warning of this name.
    if run.failures:
        work.hold_files()
    told = "; ".join(f.why for f in run.warnings if f.check.startswith(ACCEPTED))
    if told:
        return replace(run, accepted=tuple((word, told) for word in run.settings.accept))
    if unneeded_words := [word for word in run.settings.accept if word.reason != MAX_DROP]:
        names = ", ".join(word.name for word in unneeded_words)
        unneeded = Finding("--accept", f"nothing of {names} was held, so no word was needed", stops=False)
        return replace(run, checks=(*run.checks, CheckReport("acceptance", findings=(unneeded,))))
    return run


def audit_built_kpis(run: Run, work: Workplace) -> Run:
    """Audit the KPIs while the last unit tests go on."""
    return with_unit_tests(audit_kpis(run, work), work)


def compare_with_history(run: Run, work: Workplace) -> Run:
    """Note what is new or changed against all that was published, and hold what is frozen."""
    assert run.lineage is not None
    changes = draft(run, run.lineage, work.storage.warehouse, work.storage.published)
    return replace(run, changes=changes, checks=(*run.checks, check_frozen(changes, run.settings)))


def publish(run: Run, work: Workplace) -> Run:
    """Put the KPIs in place for BI."""
    with work.storage.reading() as connection:
        rows = measures.row_counts(connection)
    published = work.target.publish(run)
    confirm(work.settings.output, run.run_id)
    warnings = tuple(asdict(finding) for finding in run.warnings)
    work.remember(rows=rows, published=work.published_mark, warnings=warnings, held=())
    return replace(run, published=published, published_in=work.target.readers_meet)


def report(run: Run, work: Workplace) -> Run:
    """Write the page for people from what has been published."""
    write_report_page(work)
    return run


def write_report_page(work: Workplace) -> None:
    """Write the page for people; raises CouldNotRun where it cannot be."""
    from runner.report.page.write_page import write_report

    write_report(work.storage.published, work.settings.output / REPORT_FILE)
