"""What each command does: takes the settings and the console, returns the exit code, raises RunError."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.company import make_company_folder
from runner.console import Console
from runner.errors import CouldNotRun, RunError, UsageError
from runner.results import Run
from runner.settings import Settings


def run_steps(settings: Settings, console: Console) -> int:
    """Build, load or check; the webhook hears of whatever end."""
    try:
        run = _run(settings, console)
    except RunError as error:
        _tell(Run(settings, error=error.message, error_code=error.exit_code), console)
        raise
    _tell(run, console)
    return run.exit_code


def _run(settings: Settings, console: Console) -> Run:
    from runner import lock
    from runner.report import summary
    from runner.targets import open_target
    from runner.workflow.steps import execute

    target = open_target(settings.target, settings.output, settings.memory)
    if settings.command != "check" and not settings.exports.is_dir():
        raise UsageError(
            f"There is no folder {settings.exports}: name the folder of your exports with --exports."
        )
    _make_folder(settings.output)
    with lock.hold(settings.output), target.hold():
        run = execute(settings, console, target)
        if run.error:
            console.error(run.error)
        for path in (settings.output / summary.RUN_FILE, settings.json):
            if path:
                _write(run, path)
    if not settings.quiet:
        summary.show(run, console.results)
    elif run.failures:
        console.error(summary.failures_in_brief(run))
    return run


def _tell(run: Run, console: Console) -> None:
    """Tell the webhook, where there is one."""
    from runner.report import notify

    settings = run.settings
    if settings.notify:
        owners = notify.owners_of_kpis(settings.project)
        if problem := notify.notify(settings.notify, notify.message(run, owners)):
            console.error(problem)


def init(settings: Settings, console: Console) -> int:
    """Make a folder for a company."""
    next_steps = make_company_folder(
        settings.output, settings.project, settings.project_variables, settings.variables
    )
    if not settings.quiet:
        console.results.print(next_steps, markup=False, soft_wrap=True)
    return 0


def list_kpis(settings: Settings, console: Console) -> int:
    """List the KPIs."""
    from runner.report import catalog
    from runner.storage import Storage

    published = Storage(settings.output, settings.memory).published
    entries = catalog.read_catalog(settings.project)
    figures = catalog.published_figures(published)
    if settings.json:
        try:
            catalog.write_catalog(entries, figures, settings.json)
        except OSError as error:
            raise CouldNotRun(f"{settings.json} cannot be written: {error.strerror}.") from error
    if not settings.quiet:
        catalog.show_catalog(entries, figures, settings.reporting_currency, console.results)
    return 0


def report(settings: Settings, console: Console) -> int:
    """Write the page for people."""
    from runner.report.page.write_page import write_report
    from runner.storage import Storage
    from runner.workflow.kpis import REPORT_FILE

    published = Storage(settings.output, settings.memory).published
    written = write_report(published, settings.output / REPORT_FILE)
    console.results.print(f"Wrote {written}.", markup=False, soft_wrap=True)
    return 0


def explain_value(settings: Settings, console: Console) -> int:
    """Tell a value's way back."""
    from runner.explain import show
    from runner.explain.explanation import explain
    from runner.explain.place import Place, read_period, read_slice
    from runner.storage import Storage

    assert settings.question is not None
    asked = settings.question
    place = Place(asked.kpi, *read_period(asked.period), *read_slice(asked.slice))
    told = explain(settings, Storage(settings.output, settings.memory), place, asked.rows)
    if settings.json:
        try:
            show.write_object(told, settings.json)
        except OSError as error:
            raise CouldNotRun(f"{settings.json} cannot be written: {error.strerror}.") from error
    if not settings.quiet:
        show.show(told, settings.reporting_currency, console.results)
    return 0


def diff_values(settings: Settings, console: Console) -> int:
    """Tell which values a change changes."""
    from runner import lock
    from runner.diff import show
    from runner.diff.diff import diff
    from runner.storage import Storage

    assert settings.comparison is not None
    asked = settings.comparison
    _make_folder(settings.output)
    with lock.hold(settings.output), console.step("Comparing"):
        storage = Storage(settings.output, settings.memory)
        found = diff(settings, storage, asked.base, asked.head)
    try:
        if settings.json:
            show.write_json(found, settings.json)
        if asked.markdown:
            show.write_markdown(found, settings.reporting_currency, asked.markdown)
    except OSError as error:
        raise CouldNotRun(f"{error.filename} cannot be written: {error.strerror}.") from error
    if not settings.quiet:
        show.show(found, settings.reporting_currency, console.results)
    return 1 if asked.fail_on_change and found.kpis else 0


def semantics(settings: Settings, console: Console) -> int:
    """Write the semantic layer."""
    from runner import lock
    from runner.semantics.write import DOCUMENT, FOLDER, write_semantics
    from runner.storage import Storage

    _make_folder(settings.output)
    with lock.hold(settings.output), console.step("Writing the semantic layer"):
        metrics, others = write_semantics(settings, Storage(settings.output, settings.memory))
    if not settings.quiet:
        console.results.print(
            f"Wrote {len(metrics)} metrics to {settings.output / FOLDER} and {settings.output / DOCUMENT}."
            f" Days do not add up, so these are none: {', '.join(others)}.",
            markup=False,
            soft_wrap=True,
        )
    return 0


def mcp(settings: Settings, _: Console) -> int:
    """Answer assistants' questions."""
    from runner.answers.mcp_server import serve
    from runner.storage import Storage

    serve(Storage(settings.output, settings.memory).published)
    return 0


def _write(run: Run, path: Path) -> None:
    from runner.report import summary

    try:
        summary.write_object(run, path)
    except OSError as error:
        told = " The KPIs were published before." if run.published else ""
        raise CouldNotRun(f"{path} cannot be written: {error.strerror}.{told}") from error


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"--output {output}: this is a file; name a folder.") from None
    except OSError as error:
        raise CouldNotRun(f"{output} cannot be made: {error.strerror}.") from error
    if not os.access(output, os.W_OK):
        raise CouldNotRun(f"{output} cannot be written: choose another --output or mend its permissions.")


COMMANDS: Mapping[str, Callable[[Settings, Console], int]] = {
    "build": run_steps,
    "load": run_steps,
    "check": run_steps,
    "list": list_kpis,
    "report": report,
    "explain": explain_value,
    "diff": diff_values,
    "semantics": semantics,
    "mcp": mcp,
    "init": init,
}
