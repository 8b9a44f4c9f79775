"""The order of a run: each step takes the run so far and returns it with its own result added."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from runner import interrupts
from runner.audit import audit_inputs as measures
from runner.audit.history_rules import ACCEPTED
from runner.audit.limits import MAX_DROP
from runner.audit.loads import held_files, measure_loads, note_accepted
from runner.audit.periods import measure_periods
from runner.console import Console
from runner.dbt import commands as dbt
from runner.dbt import lint
from runner.dbt.built import write_built
from runner.dbt.staging_list import write_staging_list
from runner.dbt.stale import Stale, changed_tables, raw_marks
from runner.errors import AskedWrongly, RunError
from runner.history.freeze import check_frozen
from runner.history.ledger import confirm, draft
from runner.history.tables import FILE as HISTORY
from runner.ingest.declarations import OWN_LOOKUPS, Export, read_exports, read_own_tables
from runner.masking import masked
from runner.report.read_results import read_figures, read_left_out, read_quarantine, read_totals
from runner.results import CheckReport, Finding, Notice, Run
from runner.settings import Settings
from runner.solvers import clv, markov
from runner.state import State, fingerprint, read_state, with_settings, write_state
from runner.storage import Storage
from runner.targets import open_target
from runner.targets.protocol import Action, Target
from runner.worker import Beside

if TYPE_CHECKING:
    from runner.audit.gates import Auditor

COULD_NOT_RUN = 3
REPORT_FILE = "report.html"
_PASSED_BEFORE = "passed before, and no definition has changed since"


@dataclass(frozen=True)
class Workplace:
    """What the steps work with."""

    settings: Settings
    console: Console
    target: Target

    @cached_property
    def storage(self) -> Storage:
        """The files that the run works on."""
        return Storage(self.settings.output, self.settings.memory)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """Every declared export."""
        return read_exports(self.settings.project / "models/staging")

    @cached_property
    def auditor(self) -> Auditor:
        """Great Expectations; asking for it imports the library."""
        from runner.audit.gates import Auditor

        return Auditor(self.storage.audit_url, self.settings.output / "data_docs")

    @cached_property
    def definitions(self) -> str:
        """The fingerprint of the project as it stands in this run."""
        return fingerprint(self.settings.project)

    @property
    def state(self) -> State:
        """What earlier runs left behind."""
        return read_state(self.settings.output)

    def remember(self, **marks: object) -> None:
        """Keep `marks` for the next run."""
        write_state(self.settings.output, replace(self.state, **marks))  # type: ignore[arg-type]

    @cached_property
    def dbt(self) -> Beside:
        """The project's dbt; asking for it starts its process."""
        settings = self.settings
        make = partial(
            dbt.Dbt,
            settings.project,
            settings.output,
            settings.target,
            settings.variables,
            partial(open_target, settings.target, settings.output, settings.memory),
        )
        return Beside(make, self.console.say)

    def close(self) -> None:
        """End what is still at work."""
        if "dbt" in self.__dict__:
            self.dbt.close()


Step = Callable[[Run, Workplace], Run]


def mend_warehouse(run: Run, work: Workplace) -> Run:
    """Go back to the last good state of the warehouse where a killed run or a bad disk has damaged it."""
    told = work.storage.mend()
    if told is None:
        return run
    work.remember(built=None, published=None)
    finding = Finding("warehouse", told, stops=False)
    return replace(run, checks=(*run.checks, CheckReport("warehouse", findings=(finding,))))


def look_for_changes(run: Run, work: Workplace) -> Run:
    """Say where nothing has changed since what stands was published; then nothing else is to be done."""
    from runner import ingest
    from runner.ingest.notices import masked_cells

    settings = work.settings
    is_asked = settings.full_refresh or settings.select
    stands = work.target.stands() and _has_kpis(work)
    if is_asked or not stands or work.state.published != _published_mark(work):
        return run
    with work.storage.reading() as connection:
        loaded = ingest.find_unchanged(
            settings.exports,
            connection,
            _chosen(work.exports, settings.sources),
            hash_key=settings.hash_key.bytes,
            reporting_timezone=settings.reporting_timezone,
            kept_parameters=settings.kept_parameters,
        )
        if loaded is None:
            return run
        run = replace(run, quarantine=read_quarantine(connection), left_out=read_left_out(connection))
        run = replace(run, masked=masked_cells(connection))
        notices = _notices(connection, work)
        figures = read_figures(connection)
    if not (settings.output / REPORT_FILE).is_file():
        _write_report(work)
    warnings = tuple(Finding(**warning) for warning in work.state.warnings)
    check = CheckReport("checks", findings=warnings, note="passed before, and nothing has changed since")
    return replace(run, is_unchanged=True, loaded=loaded, notices=notices, figures=figures, checks=(check,))


def load(run: Run, work: Workplace) -> Run:
    """Load the exports into raw tables."""
    from runner import ingest
    from runner.ingest.notices import files_not_taken, masked_cells
    from runner.ingest.warehouse import create_tables

    settings = run.settings
    exports = _chosen(work.exports, settings.sources)
    _refuse_mixing(work)
    work.remember(published=None)  # until all of this run has passed
    with work.storage.writing() as connection:
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
            held=work.state.held,
            say=work.console.say,
        )
        for export in work.exports:
            create_tables(connection, export)
        markov.create_table(connection)
        clv.create_table(connection, keep=settings.clv is not None)
        for source in settings.sources:
            if source in report.empty_sources:
                not_taken = files_not_taken(settings.exports, exports, source)
                raise AskedWrongly(
                    f"--sources {source}: there is no file of it in {settings.exports}. {not_taken}".strip()
                )
        notices = _notices(connection, work)
        quarantine, left_out = read_quarantine(connection), read_left_out(connection)
        run = replace(run, masked=masked_cells(connection))
        try:
            ingest.set_as_of(
                connection, settings.as_of, work.exports, reporting_timezone=settings.reporting_timezone
            )
        except AskedWrongly as error:
            told = [f"{notice.text}." for notice in notices if notice.kind in ("folder", "file")]
            raise AskedWrongly(" ".join([error.message, *told])) from None
    if any(file.status == "loaded" for export in report.exports for file in export.files):
        work.storage.keep()
    return replace(run, loaded=report, quarantine=quarantine, left_out=left_out, notices=notices)


def compare_totals(run: Run, work: Workplace) -> Run:
    """Hold the files' own rows of sums against what was accepted of them."""
    with work.storage.reading() as connection:
        return replace(run, checks=(*run.checks, read_totals(connection)))


def audit_arrivals(run: Run, work: Workplace) -> Run:
    """Audit the exports that have been loaded."""
    with work.storage.writing() as connection:
        measures.measure_arrivals(connection, work.exports, work.state.rows)
        ledger = run.settings.output / HISTORY
        measure_loads(connection, work.exports, ledger, str(work.state.exports))
        note_accepted(connection, run.settings.accept, work.exports)
    settings = run.settings
    report = work.auditor.arrivals(
        settings.max_bad_share, settings.max_drop, settings.limits, has_words=bool(settings.accept)
    )
    run = replace(run, checks=(*run.checks, report))
    if run.failures:
        work.auditor.write_docs()
        _hold(run, work)
    return run


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
    is_changed = state.built != built or not _has_kpis(work) or not still_stands
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
    return _with_unit_tests(run, work) if is_last else run


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
        _hold(run, work)
    told = "; ".join(f.why for f in run.warnings if f.check.startswith(ACCEPTED))
    if told:
        return replace(run, accepted=tuple((word, told) for word in run.settings.accept))
    if unneeded_words := [word for word in run.settings.accept if word.reason != MAX_DROP]:
        names = ", ".join(word.name for word in unneeded_words)
        unneeded = Finding("--accept", f"nothing of {names} was held, so no word was needed", stops=False)
        return replace(run, checks=(*run.checks, CheckReport("acceptance", findings=(unneeded,))))
    return run


def _hold(run: Run, work: Workplace) -> None:
    """Remember the files that a gate holds: where they vanish, nobody has accepted their rows."""
    with work.storage.reading() as connection:
        files = held_files(connection, run.settings.output / HISTORY, run.settings.limits)
    work.remember(held=sorted({*work.state.held, *files}))


def audit_built_kpis(run: Run, work: Workplace) -> Run:
    """Audit the KPIs while the last unit tests go on."""
    return _with_unit_tests(audit_kpis(run, work), work)


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
    work.remember(rows=rows, published=_published_mark(work), warnings=warnings, held=())
    return replace(run, published=published, published_in=work.target.readers_meet)


def report(run: Run, work: Workplace) -> Run:
    """Write the page for people from what has been published."""
    _write_report(work)
    return run


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
    return _with_unit_tests(run, work)


def find_kpis(run: Run, work: Workplace) -> Run:
    """Make sure that KPIs stand to be looked at, and read them."""
    if _has_kpis(work):
        with work.storage.reading() as connection:
            return replace(run, figures=read_figures(connection))
    raise AskedWrongly(
        f"No KPIs stand in {work.settings.output} yet: build them with `python scripts/run.py`."
    )


OPEN = ("Opening the warehouse", mend_warehouse)
BUILD = ("Building models", build)
COMMANDS: Mapping[str, tuple[tuple[str, Step], ...]] = {
    "build": (
        OPEN,
        ("Looking for changes", look_for_changes),
        ("Starting dbt", start_dbt),
        ("Loading exports", load),
        ("Comparing totals", compare_totals),
        ("Auditing arrivals", audit_arrivals),
        BUILD,
        ("Auditing KPIs", audit_built_kpis),
        ("Comparing with history", compare_with_history),
        ("Publishing", publish),
        ("Writing the report", report),
    ),
    "load": (OPEN, ("Loading exports", load), ("Comparing totals", compare_totals)),
    "check": (
        ("Looking for KPIs", find_kpis),
        ("Linting models", lint_models),
        ("Comparing totals", compare_totals),
        ("Auditing arrivals", audit_arrivals),
        ("Auditing KPIs", audit_kpis),
    ),
}


# Of `check --select`, for who writes a KPI.
CHECK_SELECTED: tuple[tuple[str, Step], ...] = (
    ("Starting dbt", start_dbt),
    ("Checking the selection", check_selected),
)


def execute(settings: Settings, console: Console, target: Target) -> Run:
    """Go through the steps of `settings.command` until one fails; `check` looks at everything."""
    run, work = Run(settings), Workplace(settings, console, target)
    for title, step in _steps(settings):
        started = time.monotonic()
        try:
            with console.step(title):
                run = step(run, work)
        except RunError as error:
            run = replace(run, error=error.message, error_code=error.exit_code)
        except KeyboardInterrupt:
            run = _interrupted(run)
        except Exception as error:  # noqa: BLE001 - whatever else happens is a bug, and has a traceback in the log
            # What a signal cuts short can fail in many ways: only without one is it a bug.
            if not interrupts.requested():
                run = replace(run, error=_log(error, settings, title), error_code=COULD_NOT_RUN)
        interrupts.release()
        if interrupts.requested():
            run = _interrupted(run)
        run = replace(run, seconds={**run.seconds, title: time.monotonic() - started})
        if run.is_unchanged or run.error_code is not None or (run.failures and settings.command != "check"):
            break
    work.close()
    return run


def _interrupted(run: Run) -> Run:
    """The run, ended by a signal."""
    told = "after publishing" if run.published else "nothing was published"
    return replace(run, error=f"Interrupted: {told}.", error_code=interrupts.EXIT_CODE)


def _steps(settings: Settings) -> Sequence[tuple[str, Step]]:
    """The steps of a command; a selection, which leaves tables of two ages behind, is not published."""
    if settings.select and settings.command == "check":
        return CHECK_SELECTED
    steps = COMMANDS[settings.command]
    return steps[: steps.index(BUILD) + 1] if settings.select and BUILD in steps else steps


def _selected(work: Workplace) -> Mapping[str, Sequence[str]]:
    """What `--select` matches; raises AskedWrongly where that is nothing."""
    select = work.settings.select
    found: Mapping[str, Sequence[str]] = work.dbt.call("selected", select)
    if not found:
        raise AskedWrongly(f"--select {select}: nothing in the project matches.")
    return found


def _with_unit_tests(run: Run, work: Workplace) -> Run:
    """The run with what its unit tests say, for which it waits; nothing is asked of dbt after them."""
    report = work.dbt.call("finish_unit_tests")
    work.dbt.end()
    if report is None:
        report = CheckReport("unit tests", note=_PASSED_BEFORE)
    elif not run.settings.select and not report.failures():
        work.remember(unit_tests=work.definitions)
    return replace(run, checks=(*run.checks, report))


def _write_report(work: Workplace) -> None:
    from runner.report.page.write_page import write_report

    write_report(work.storage.published, work.settings.output / REPORT_FILE)


def _published_mark(work: Workplace) -> str:
    """The fingerprint of all that decides on what is published, but for the exports' content."""
    settings = work.settings
    asked = (settings.exports, settings.as_of, settings.clv, settings.strict, settings.target)
    limits = (settings.max_bad_share, settings.max_drop)
    return with_settings(work.definitions, {**settings.variables_in_force, "asked": [*asked, *limits]})


def after_models(settings: Settings) -> Mapping[str, Action]:
    """What the runner does between a model and those that read it, by the model's name."""
    actions = {
        "channel_transitions": Action(
            markov.write_removal_effects, reads=("core.channel_transitions",), writes=(markov.TABLE,)
        )
    }
    if settings.clv:
        write = partial(clv.write_expectations, discount_rate=settings.discount_rate)
        actions["purchases"] = Action(write, reads=("core.purchases",), writes=(clv.TABLE,))
    return actions


def _read_by_models(work: Workplace) -> Mapping[str, Sequence[str]]:
    """The raw tables that models read, and which of their columns; none named: all."""
    own = read_own_tables(work.settings.project / "models")
    return {**{export.table: () for export in work.exports}, **own}


def _has_kpis(work: Workplace) -> bool:
    """Whether the warehouse has been built before."""
    if not work.storage.warehouse.exists():
        return False
    with work.storage.reading() as connection:
        return measures.has_kpis(connection)


def _chosen(exports: Sequence[Export], sources: Sequence[str]) -> tuple[Export, ...]:
    known = {export.source for export in exports}
    for source in sources:
        if source not in known:
            raise AskedWrongly(
                f"--sources {source}: there is no such source; there are {', '.join(sorted(known))}."
            )
    return tuple(export for export in exports if not sources or export.source in (*sources, OWN_LOOKUPS))


def _notices(connection: duckdb.DuckDBPyConnection, work: Workplace) -> tuple[Notice, ...]:
    """What lies beside the exports, or in them, and nothing reads."""
    from runner.ingest.notices import read_notices

    settings = work.settings
    chosen = _chosen(work.exports, settings.sources)
    return read_notices(connection, settings.exports, chosen, work.exports)


def _refuse_mixing(work: Workplace) -> None:
    """Rows of a vanished file stay, so another folder's rows would be counted with those of the last."""
    settings, folder = work.settings, str(work.settings.exports)
    earlier = work.state.exports
    if earlier not in (None, folder) and work.storage.warehouse.exists():
        if settings.sources or not settings.full_refresh:
            if earlier and not Path(earlier).is_dir():
                raise AskedWrongly(
                    f"{settings.output} holds the exports of {earlier}, which is no longer there:"
                    f" if {folder} is that folder, moved or renamed, run once with --full-refresh;"
                    " else choose another --output."
                )
            raise AskedWrongly(
                f"{settings.output} holds the exports of {earlier}, and the rows of both folders would be"
                " counted together: choose another --output, or replace all it holds with --full-refresh."
            )
        work.remember(rows={})
    work.remember(exports=folder)


def _log(error: Exception, settings: Settings, title: str) -> str:
    """Write the traceback of `error` to the log. Returns a sentence about it."""
    log = settings.output / "logs/run.log"
    told = f"{datetime.now(UTC).isoformat(timespec='seconds')} {title}\n"
    told += masked("".join(traceback.format_exception(error)))
    where = f"The details are in {log}."
    try:
        log.parent.mkdir(exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(told)
    except OSError as unwritten:  # a full disk, which is then the reason as well
        where = f"No details were kept, as {log} cannot be written ({unwritten.strerror})."
    reason = masked((str(error).strip() or type(error).__name__).splitlines()[0].rstrip("."))
    if isinstance(error, (OSError, duckdb.Error)):
        return f"{title} could not go on: {reason}. {where}"
    return f"{title} met a bug of the runner ({type(error).__name__}: {reason}). {where}"
