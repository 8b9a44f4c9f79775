"""The steps that build, lint and test the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from runner.dbt import commands as dbt
from runner.dbt import lint
from runner.dbt.built import write_built
from runner.dbt.staging_list import write_staging_list
from runner.dbt.stale import Stale, changed_tables, raw_marks
from runner.errors import AskedWrongly
from runner.ingest.read_declarations import read_own_tables
from runner.report.read_results import read_figures
from runner.results import CheckReport, Finding, Run
from runner.state import with_settings
from runner.workflow.after_models import after_models
from runner.workflow.workplace import Workplace

_PASSED_BEFORE = "passed before, and no definition has changed since"


def start_dbt(run: Run, work: Workplace) -> Run:
    """Let dbt begin to read the project, which takes as long as loading and auditing the exports.

    Whoever checks what they write waits for what they changed; a build reads a changed project afresh.
    """
    write_staging_list(run.settings.project)
    is_changed = work.state.parsed != work.definitions
    is_check = run.settings.command == "check"
    if is_check and is_changed:
        work.remember(parsed=None)  # so that the next build does
    work.dbt.ask("parse", afresh=is_changed and not is_check)
    return run


def build(run: Run, work: Workplace) -> Run:
    """Build the models and test them; the unit tests only where definitions changed since they passed."""
    settings, state, definitions = run.settings, work.state, work.definitions
    told = {**settings.variables, "--clv": settings.clv, "--target": settings.target}
    built = with_settings(definitions, told)
    with work.storage.reading() as connection:
        marks = raw_marks(connection)
    changed = changed_tables(marks, state.built_from)
    still_stands = work.target.receive(_read_by_models(work), afresh=settings.full_refresh)
    is_changed = state.built != built or not work.has_kpis() or not still_stands
    is_afresh = is_changed or settings.full_refresh
    work.dbt.answer()
    if settings.select:
        run = replace(run, selected=_selected(work))
    # Until the build has passed, the tables that stand may be of either definition, and of either rows.
    work.remember(
        parsed=definitions,
        built=None if is_changed else built,
        built_from={table: mark for table, mark in marks.items() if table not in changed},
    )
    if settings.select or state.unit_tests != definitions:
        work.dbt.call("start_unit_tests", settings.select)
    if is_afresh or settings.select:
        outcome = work.dbt.call(
            "build", settings.select, full_refresh=is_afresh, after=after_models(settings)
        )
    else:
        outcome = _build_stale(work, changed)
    work.dbt.call("release")
    data_tests = dbt.with_examples(outcome, work.target)
    work.target.fetch()
    with work.storage.reading() as connection:
        figures = read_figures(connection)
    if not settings.select and not data_tests.failures():
        warnings = tuple(asdict(finding) for finding in data_tests.findings)
        work.remember(built=built, built_from=marks, data_tests=warnings)
    run = replace(run, models_built=outcome.built, checks=(*run.checks, data_tests), figures=figures)
    is_last = bool(settings.select or run.failures)
    if not is_last:
        run = replace(run, lineage=work.dbt.call("lineage"))
        digests = work.dbt.call("digests", settings.variables_in_force)
        with work.storage.writing() as connection:
            write_built(connection, digests)
    return with_unit_tests(run, work) if is_last else run


def _build_stale(work: Workplace, changed: Sequence[str]) -> dbt.Outcome:
    """Build and test what stands on the raw tables `changed`; what other tests warned of is told again."""
    after = after_models(work.settings)
    first: Stale = work.dbt.call("stale", changed, before_hubs=True)
    built, settled = 0, []
    if first.hubs:
        before = work.target.contents(first.hubs)
        outcome: dbt.Outcome = work.dbt.call("build", None, only=first, after=after)
        work.dbt.call("release")
        if outcome.tests.failures():
            return outcome
        now = work.target.contents(first.hubs)
        settled = [hub[1] for hub in first.hubs if now[hub] is not None and now[hub] == before[hub]]
        built = outcome.built
    rest: Stale = work.dbt.call("stale", changed, settled=settled, built=first.tables)
    outcome = dbt.Outcome()
    if rest.tables or rest.tests:
        outcome = work.dbt.call("build", None, only=rest, after=after)
    told = [Finding(**warning) for warning in work.state.data_tests]
    again = tuple(finding for finding in told if finding.check not in outcome.asked)
    tests = replace(
        outcome.tests, findings=(*outcome.tests.findings, *again), standing=rest.standing_tests - len(again)
    )
    return replace(outcome, built=built + outcome.built, tests=tests)


def lint_models(run: Run, work: Workplace) -> Run:
    """Lint the project's SQL."""
    return replace(run, checks=(*run.checks, lint.lint(work.settings.project)))


def check_selected(run: Run, work: Workplace) -> Run:
    """Lint the selected models, and run their unit tests beside; neither needs a warehouse."""
    work.dbt.answer()
    run = replace(run, selected=_selected(work))
    work.dbt.call("start_unit_tests", work.settings.select)
    files = work.dbt.call("files", run.selected.get("model", ()))
    if files:
        run = replace(run, checks=(*run.checks, lint.lint(work.settings.project, files)))
    return with_unit_tests(run, work)


def _selected(work: Workplace) -> Mapping[str, Sequence[str]]:
    """What `--select` matches; raises AskedWrongly where that is nothing."""
    select = work.settings.select
    found: Mapping[str, Sequence[str]] = work.dbt.call("selected", select)
    if not found:
        raise AskedWrongly(f"--select {select}: nothing in the project matches.")
    return found


def with_unit_tests(run: Run, work: Workplace) -> Run:
    """The run with what its unit tests say, for which it waits; nothing is asked of dbt after them."""
    report = work.dbt.call("finish_unit_tests")
    work.dbt.end()
    if report is None:
        report = CheckReport("unit tests", note=_PASSED_BEFORE)
    elif not run.settings.select and not report.failures():
        work.remember(unit_tests=work.definitions)
    return replace(run, checks=(*run.checks, report))


def _read_by_models(work: Workplace) -> Mapping[str, Sequence[str]]:
    """The raw tables that models read, and which of their columns; none named: all."""
    own = read_own_tables(work.settings.project / "models")
    return {**{export.table: () for export in work.exports}, **own}
