"""The steps that build, lint and test the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from runner.dbt import commands as dbt
from runner.dbt import lint
from runner.dbt.built import write_built
from runner.dbt.staging_list import write_staging_list
from runner.dbt.stale import Stale, changed_tables, raw_marks
from runner.errors import UsageError
from runner.ingest.declare.read_declarations import read_own_tables
from runner.own_code import COMPUTING, digest_of_code
from runner.report.read_results import read_figures
from runner.results import CheckReport, Finding, Run
from runner.state import with_settings
from runner.workflow.after_models import after_models
from runner.workflow.run_context import RunContext

_PASSED_BEFORE = "passed before, and no definition has changed since"


def start_dbt(run: Run, context: RunContext) -> Run:
    """Let dbt begin to read the project, which takes as long as loading and auditing the exports.

    Whoever checks what they write waits for what they changed; a build reads a changed project afresh.
    """
    write_staging_list(run.settings.project)
    is_changed = context.state.parsed != context.definitions
    is_check = run.settings.command == "check"
    if is_check and is_changed:
        context.remember(parsed=None)  # so that the next build does
    context.dbt.submit("parse", afresh=is_changed and not is_check)
    return run


def build(run: Run, context: RunContext) -> Run:
    """Build the models and test them; the unit tests only where definitions changed since they passed."""
    settings, state, definitions = run.settings, context.state, context.definitions
    told = {**settings.variables, "--clv": settings.clv, "--target": settings.target}
    told["runner"] = digest_of_code(*COMPUTING)
    built = with_settings(definitions, told)
    with context.storage.reading() as connection:
        marks = raw_marks(connection)
    changed = changed_tables(marks, state.built_from)
    still_stands = context.target.receive(_read_by_models(context), afresh=settings.full_refresh)
    is_changed = state.built != built or not context.has_kpis() or not still_stands
    is_afresh = is_changed or settings.full_refresh
    context.dbt.result()
    if settings.select:
        run = replace(run, selected=_selected(context))
    # Until the build has passed, the tables that stand may be of either definition, and of either rows.
    context.remember(
        parsed=definitions,
        built=None if is_changed else built,
        built_from={table: mark for table, mark in marks.items() if table not in changed},
    )
    if settings.select or state.unit_tests != definitions:
        context.dbt.call("start_unit_tests", settings.select)
    if is_afresh or settings.select:
        outcome = context.dbt.call(
            "build", settings.select, full_refresh=is_afresh, after=after_models(settings)
        )
    else:
        outcome = _build_stale(context, changed)
    context.dbt.call("release")
    data_tests = dbt.with_examples(outcome, context.target)
    context.target.fetch()
    with context.storage.reading() as connection:
        figures = read_figures(connection)
    if not settings.select and not data_tests.failures():
        warnings = tuple(asdict(finding) for finding in data_tests.findings)
        context.remember(built=built, built_from=marks, data_tests=warnings)
    run = replace(run, models_built=outcome.built, checks=(*run.checks, data_tests), figures=figures)
    is_last = bool(settings.select or run.failures)
    if not is_last:
        run = replace(run, lineage=context.dbt.call("lineage"))
        digests = context.dbt.call("digests", settings.variables_in_force)
        with context.storage.writing() as connection:
            write_built(connection, digests)
    return with_unit_tests(run, context) if is_last else run


def _build_stale(context: RunContext, changed: Sequence[str]) -> dbt.Outcome:
    """Build and test what stands on the raw tables `changed`; what other tests warned of is told again."""
    after = after_models(context.settings)
    first: Stale = context.dbt.call("stale", changed, before_hubs=True)
    built, settled = 0, []
    if first.hubs:
        before = context.target.contents(first.hubs)
        outcome: dbt.Outcome = context.dbt.call("build", None, only=first, after=after)
        context.dbt.call("release")
        if outcome.tests.failures():
            return outcome
        now = context.target.contents(first.hubs)
        settled = [hub[1] for hub in first.hubs if now[hub] is not None and now[hub] == before[hub]]
        built = outcome.built
    rest: Stale = context.dbt.call("stale", changed, settled=settled, built=first.tables)
    outcome = dbt.Outcome()
    if rest.tables or rest.tests:
        outcome = context.dbt.call("build", None, only=rest, after=after)
    told = [Finding(**warning) for warning in context.state.data_tests]
    again = tuple(finding for finding in told if finding.check not in outcome.asked)
    tests = replace(
        outcome.tests, findings=(*outcome.tests.findings, *again), standing=rest.standing_tests - len(again)
    )
    return replace(outcome, built=built + outcome.built, tests=tests)


def lint_models(run: Run, context: RunContext) -> Run:
    """Lint the project's SQL."""
    return replace(run, checks=(*run.checks, lint.lint(context.settings.project)))


def check_selected(run: Run, context: RunContext) -> Run:
    """Lint the selected models, and run their unit tests beside; neither needs a warehouse."""
    context.dbt.result()
    run = replace(run, selected=_selected(context))
    context.dbt.call("start_unit_tests", context.settings.select)
    files = context.dbt.call("files", run.selected.get("model", ()))
    if files:
        run = replace(run, checks=(*run.checks, lint.lint(context.settings.project, files)))
    return with_unit_tests(run, context)


def _selected(context: RunContext) -> Mapping[str, Sequence[str]]:
    """What `--select` matches; raises UsageError where that is nothing."""
    select = context.settings.select
    found: Mapping[str, Sequence[str]] = context.dbt.call("selected", select)
    if not found:
        raise UsageError(f"--select {select}: nothing in the project matches.")
    return found


def with_unit_tests(run: Run, context: RunContext) -> Run:
    """The run with what its unit tests say, for which it waits; nothing is asked of dbt after them."""
    report = context.dbt.call("finish_unit_tests")
    context.dbt.end()
    if report is None:
        report = CheckReport("unit tests", note=_PASSED_BEFORE)
    elif not run.settings.select and not report.failures():
        context.remember(unit_tests=context.definitions)
    return replace(run, checks=(*run.checks, report))


def _read_by_models(context: RunContext) -> Mapping[str, Sequence[str]]:
    """The raw tables that models read, and which of their columns; none named: all."""
    own = read_own_tables(context.settings.project / "models")
    return {**{export.table: () for export in context.exports}, **own}
