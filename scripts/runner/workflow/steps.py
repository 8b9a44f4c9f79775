"""The order of a run: each step takes the run so far and returns it with its own result added."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from runner import interrupts
from runner.console import Console
from runner.errors import CouldNotRun, RunError
from runner.masking import masked
from runner.results import Run
from runner.settings import Settings
from runner.targets.protocol import Target
from runner.workflow.arrivals import audit_arrivals, compare_totals, load, mend_warehouse
from runner.workflow.kpis import (
    audit_built_kpis,
    audit_kpis,
    compare_with_history,
    find_kpis,
    publish,
    report,
)
from runner.workflow.models import build, check_selected, lint_models, start_dbt
from runner.workflow.run_context import RunContext, Step
from runner.workflow.unchanged import look_for_changes

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
    run, context = Run(settings), RunContext(settings, console, target)
    for title, step in _steps(settings):
        started = time.monotonic()
        try:
            with console.step(title):
                run = step(run, context)
        except RunError as error:
            run = replace(run, error=error.message, error_code=error.exit_code)
        except KeyboardInterrupt:
            run = _interrupted(run)
        except Exception as error:  # noqa: BLE001 - whatever else happens is a bug, and has a traceback in the log
            # What a signal cuts short can fail in many ways: only without one is it a bug.
            if not interrupts.requested():
                run = replace(run, error=_log(error, settings, title), error_code=CouldNotRun.exit_code)
        interrupts.release()
        if interrupts.requested():
            run = _interrupted(run)
        run = replace(run, seconds={**run.seconds, title: time.monotonic() - started})
        if run.is_unchanged or run.error_code is not None or (run.failures and settings.command != "check"):
            break
    context.close()
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
