"""The step that ends a run where nothing is to be done."""

from __future__ import annotations

from dataclasses import replace

from runner.report.read_results import read_figures, read_left_out, read_quarantine
from runner.results import CheckReport, Finding, Run
from runner.workflow.arrivals import AGE, age_of_data, notices_of
from runner.workflow.kpis import REPORT_FILE, write_report_page
from runner.workflow.run_context import RunContext


def look_for_changes(run: Run, context: RunContext) -> Run:
    """Say where nothing has changed since what stands was published; then nothing else is to be done."""
    from runner import ingest
    from runner.ingest.notices.assumed import masked_cells

    settings = context.settings
    is_asked = settings.full_refresh or settings.select
    stands = context.target.stands() and context.has_kpis()
    if is_asked or not stands or context.state.published != context.published_mark:
        return run
    with context.storage.reading() as connection:
        loaded = ingest.find_unchanged(
            settings.exports,
            connection,
            context.chosen,
            hash_key=settings.hash_key.bytes,
            reporting_timezone=settings.reporting_timezone,
            kept_parameters=settings.kept_parameters,
        )
        if loaded is None:
            return run
        run = replace(run, quarantine=read_quarantine(connection), left_out=read_left_out(connection))
        run = replace(run, masked=masked_cells(connection))
        notices = notices_of(connection, context)
        figures = read_figures(connection)
        age = age_of_data(connection, settings)
    if not (settings.output / REPORT_FILE).is_file():
        write_report_page(context)
    told = tuple(Finding(**warning) for warning in context.state.warnings)
    warnings = tuple(finding for finding in told if finding.check != AGE)
    check = CheckReport("checks", findings=warnings, note="passed before, and nothing has changed since")
    return replace(
        run, is_unchanged=True, loaded=loaded, notices=notices, figures=figures, checks=(check, *age)
    )
