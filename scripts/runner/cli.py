"""Arguments in, exit code out."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from runner import interrupts
from runner.audit.limits import MAX_DROP, Acceptance
from runner.company import CompanyFile, find_company_file, make_company_folder
from runner.console import Console
from runner.errors import AskedWrongly, CouldNotRun, RunError
from runner.masking import masked
from runner.memory import SHARE, is_limit, usual_limit
from runner.settings import Comparison, Question, Settings
from runner.state import read_state
from runner.targets import check_target

if TYPE_CHECKING:
    from runner.results import Run

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "build": "load the exports, build and test the models, audit, publish (the default)",
    "load": "load the exports, nothing else",
    "check": "lint the SQL and audit what stands, build nothing; with --select lint and unit-test these",
    "list": "list the KPIs with their latest published values",
    "report": "write the published KPIs as a page for people, report.html (every published run does)",
    "explain": "tell a published value's way back: definition, rows, files, history",
    "diff": "tell which KPI values a change of definitions, or of data, changes",
    "semantics": "write the additive KPIs as a semantic layer, for MetricFlow and as Apache Ossie documents",
    "mcp": "answer assistants' questions about the published KPIs, over the Model Context Protocol",
    "init": "make a folder for a company: settings, lookups, an example",
}
_EPILOG = """\
exit codes: 0 as asked (build: published); 1 a check failed, nothing published; 2 asked wrongly;
3 could not run; 4 another run is at work in the same output; 130 interrupted.
"""


def main(arguments: Sequence[str] | None = None, *, project: Path = PROJECT) -> int:
    """Run the command line `arguments` (default: the process's) on `project`. Returns the exit code."""
    console = Console()
    try:
        settings = read_arguments(arguments, project)
        console = Console(quiet=settings.quiet)
        if settings.command == "list":
            return _list(settings, console)
        if settings.command == "report":
            return _report(settings, console)
        if settings.command == "explain":
            return _explain(settings, console)
        if settings.command == "diff":
            return _diff(settings, console)
        if settings.command == "semantics":
            return _semantics(settings, console)
        if settings.command == "mcp":
            return _serve(settings)
        if settings.command == "init":
            return _init(settings, console)
        return _run(settings, console)
    except RunError as error:
        console.error(error.message)
        return error.exit_code
    except OSError as error:  # where nothing has caught it: a full disk as the last thing is told
        console.error(masked(f"{error.filename or 'A file'} cannot be written: {error.strerror or error}."))
        return CouldNotRun.exit_code
    except KeyboardInterrupt:
        console.error("Interrupted.")
        return interrupts.EXIT_CODE


def read_arguments(arguments: Sequence[str] | None, project: Path) -> Settings:
    """The settings that a command line asks for; raises AskedWrongly."""
    asked = _parser().parse_args(arguments)
    _check_name(asked)
    if asked.command == "init":
        asked.output = Path(asked.name)
        company = CompanyFile()
    else:
        company = find_company_file(asked.settings, asked.exports, project / "seeds/exports")
    variables = _variables(asked.vars)
    exports = (asked.exports or company.exports or project / "seeds/exports").resolve()
    settings = Settings(
        project=project,
        exports=exports,
        output=(asked.output or _output_of(asked, project, exports, company)).resolve(),
        command=asked.command,
        target=asked.target or company.target or "duckdb",
        as_of=asked.as_of,
        sources=tuple(name.strip() for name in asked.sources.split(",") if name.strip()),
        select=asked.select,
        variables={**company.variables, **variables},
        company_file=company.path,
        told_in=dict.fromkeys(company.variables.keys() - variables.keys(), str(company.path)),
        notify=_webhook(asked.notify or company.notify),
        full_refresh=asked.full_refresh,
        clv=asked.clv,
        strict=asked.strict,
        max_bad_share=asked.max_bad_share,
        max_drop=asked.max_drop,
        memory=asked.memory or usual_limit(),
        json=asked.json.resolve() if asked.json else None,
        restate=_reason("--restate", asked.restate),
        question=_question(asked) if asked.command == "explain" else None,
        comparison=_comparison(asked) if asked.command == "diff" else None,
        accept=(
            *(_acceptance(*told) for told in asked.accept),
            # Of before there was --accept; what may all be gone may be anything.
            *([Acceptance("all", MAX_DROP)] if asked.max_drop == 1 else []),
        ),
        quiet=asked.quiet,
        details=asked.details,
    )
    settings.check_variables()
    check_target(settings.target)
    return settings


def _check_name(asked: argparse.Namespace) -> None:
    """Raise AskedWrongly where a command lacks what it is about, or has what it does not take."""
    needed = {"init": "init DIR`: the folder to make", "explain": "explain KPI --period PERIOD`: which value"}
    if asked.command in needed:
        if not asked.name:
            raise AskedWrongly(f"Write `{needed[asked.command]}.")
    elif asked.name:
        raise AskedWrongly(
            f"{asked.command} takes no name: a folder of exports is --exports {asked.name}, and of a KPI"
            f" `explain {asked.name} --period PERIOD` tells a value, `check --select {asked.name}` its tests."
        )
    if asked.command != "explain" and (asked.period or asked.slice or asked.rows):
        raise AskedWrongly("--period, --slice and --rows are for explain.")
    if asked.command != "diff" and (asked.base or asked.head or asked.markdown or asked.fail_on_change):
        raise AskedWrongly("--base, --head, --markdown and --fail-on-change are for diff.")


def _question(asked: argparse.Namespace) -> Question:
    if not asked.period:
        raise AskedWrongly(f"Write `explain {asked.name} --period PERIOD`, such as --period 2026-03.")
    return Question(asked.name, asked.period, asked.slice, asked.rows)


def _comparison(asked: argparse.Namespace) -> Comparison:
    if not asked.base:
        raise AskedWrongly("Write `diff --base REF`: the commit, or the published file, to compare with.")
    markdown = asked.markdown.resolve() if asked.markdown else None
    return Comparison(asked.base, asked.head, markdown, asked.fail_on_change)


def _webhook(url: str | None) -> str | None:
    if url and not re.match(r"https?://[^/\s]+", url):
        raise AskedWrongly("--notify: write the address of a webhook, https://…")
    return url


def _output_of(asked: argparse.Namespace, project: Path, exports: Path, company: CompanyFile) -> Path:
    """Where a run writes unless it is told: `output`, or beside it where that holds other exports.

    An output remembers its exports. Those of a second folder get `output/<the folder's name>`.
    """
    if company.output and company.exports in (None, exports):
        return company.output
    first = project / "output"
    if asked.exports is None and asked.command in (
        "list",
        "check",
        "report",
        "explain",
        "diff",
        "semantics",
        "mcp",
    ):
        return first
    name = "demo" if exports == project / "seeds/exports" else re.sub(r"\W+", "-", exports.name).strip("-")
    digest = hashlib.sha256(os.fsencode(exports)).hexdigest()[:8]
    for output in (first, first / (name or "exports")):
        if read_state(output).exports in (None, str(exports)):
            return output
    return first / f"{name}-{digest}"


def _run(settings: Settings, console: Console) -> int:
    from runner import lock, workflow
    from runner.report import summary
    from runner.targets import open_target

    target = open_target(settings.target, settings.output, settings.memory)
    if settings.command != "check" and not settings.exports.is_dir():
        raise AskedWrongly(
            f"There is no folder {settings.exports}: name the folder of your exports with --exports."
        )
    _make_folder(settings.output)
    with lock.hold(settings.output), target.hold():
        run = workflow.execute(settings, console, target)
        for path in (settings.output / summary.RUN_FILE, settings.json):
            if path:
                _write(run, path)
    if run.error:
        console.error(run.error)
    if not settings.quiet:
        summary.show(run, console.results)
    elif run.failures:
        console.error(summary.failures_in_brief(run))
    if settings.notify:
        from runner.report import notify

        owners = notify.owners_of_kpis(settings.project)
        if problem := notify.notify(settings.notify, notify.message(run, owners)):
            console.error(problem)
    return run.exit_code


def _init(settings: Settings, console: Console) -> int:
    next_steps = make_company_folder(
        settings.output, settings.project, settings.project_variables, settings.variables
    )
    if not settings.quiet:
        console.results.print(next_steps, markup=False, soft_wrap=True)
    return 0


def _list(settings: Settings, console: Console) -> int:
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


def _report(settings: Settings, console: Console) -> int:
    from runner.report.page.write_page import write_report
    from runner.storage import Storage
    from runner.workflow import REPORT_FILE

    published = Storage(settings.output, settings.memory).published
    written = write_report(published, settings.output / REPORT_FILE)
    console.results.print(f"Wrote {written}.", markup=False, soft_wrap=True)
    return 0


def _explain(settings: Settings, console: Console) -> int:
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


def _diff(settings: Settings, console: Console) -> int:
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


def _semantics(settings: Settings, console: Console) -> int:
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


def _serve(settings: Settings) -> int:
    from runner.answers.mcp_server import serve
    from runner.storage import Storage

    serve(Storage(settings.output, settings.memory).published)
    return 0


def _write(run: Run, path: Path) -> None:
    from runner.report import summary

    try:
        summary.write_object(run, path)
    except OSError as error:
        raise CouldNotRun(f"{path} cannot be written: {error.strerror}.") from error


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise AskedWrongly(f"--output {output}: this is a file; name a folder.") from None
    except OSError as error:
        raise CouldNotRun(f"{output} cannot be made: {error.strerror}.") from error
    if not os.access(output, os.W_OK):
        raise CouldNotRun(f"{output} cannot be written: choose another --output or mend its permissions.")


def _reason(option: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise AskedWrongly(f"{option}: say why, such as {option} 'March invoices came in May'.")
    return text.strip() if text else None


def _acceptance(name: str, reason: str) -> Acceptance:
    return Acceptance(name.strip(), _reason(f"--accept {name}", reason) or "")


def _variables(text: str | None) -> dict[str, Any]:
    try:
        variables = yaml.safe_load(text or "{}")
    except yaml.YAMLError as error:
        raise AskedWrongly(f"--vars: this is no YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(variables, dict) or not all(isinstance(name, str) for name in variables):
        raise AskedWrongly("--vars: write a mapping, such as '{cohort_window_days: 30}'.")
    return variables


def help_text() -> str:
    """What `--help` says, in 100 columns."""
    parser = _parser()
    parser.formatter_class = partial(argparse.RawDescriptionHelpFormatter, width=100)
    return parser.format_help()


class _Parser(argparse.ArgumentParser):
    """An argument parser that answers a mistake with one sentence."""

    def error(self, message: str) -> NoReturn:
        raise AskedWrongly(f"{message[:1].upper()}{message[1:]}. See `python scripts/run.py --help`.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="run.py",
        description="Build one audited set of marketing KPIs from the exports of marketing tools.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = "; ".join(f"{name}: {does}" for name, does in COMMANDS.items())
    parser.add_argument(
        "command", nargs="?", choices=COMMANDS, default="build", metavar="COMMAND", help=commands
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="the folder that init makes; the KPI to explain"
    )
    add = parser.add_argument
    add(
        "--settings",
        type=Path,
        metavar="FILE",
        help="a company's settings (default: marketing_kpis.yml in the exports' folder or the one above it,"
        " without --exports first in the current one)",
    )
    add(
        "--exports",
        type=Path,
        metavar="DIR",
        help="folder of the tools' export files (default: seeds/exports)",
    )
    add(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder of everything that is written (default: output, or output/NAME for a second folder)",
    )
    add(
        "--target",
        metavar="NAME",
        help="where the models run and the KPIs are published: duckdb, postgres or spark (default: duckdb)",
    )
    add(
        "--as-of",
        type=_date,
        metavar="DATE",
        help="last day that counts, YYYY-MM-DD (default: the newest event of the exports)",
    )
    add("--sources", default="", metavar="A,B", help="load the files of these sources only")
    add(
        "--select",
        metavar="EXPR",
        help="build and test, or check, only these models (dbt's selection); publishes nothing",
    )
    add("--vars", metavar="YAML", help="settings, such as '{cohort_window_days: 30}'")
    add(
        "--clv",
        choices=("bgnbd",),
        help="predict what customers bring by this model (default: by last year's margin and retention)",
    )
    add("--full-refresh", action="store_true", help="load and build everything anew")
    add("--strict", action="store_true", help="let warnings, such as stale exports, fail the run")
    add(
        "--max-bad-share",
        type=_share,
        default=0.01,
        metavar="SHARE",
        help="share of a file's rows that may be quarantined (default: 0.01)",
    )
    add(
        "--max-drop",
        type=_share,
        default=0.5,
        metavar="SHARE",
        help="share of an export's rows that may be gone since the last published run (default: 0.5); 1 is"
        " the same as --accept all",
    )
    add(
        "--memory",
        type=_memory,
        metavar="SIZE",
        help="what DuckDB may take, such as 4GB; the rest it spills to --output"
        f" (default: {100 * SHARE:.0f} %% of the machine)",
    )
    add("--json", type=Path, metavar="FILE", help="write the result there as JSON too")
    add("--notify", metavar="URL", help="tell this webhook, in Slack's form, how the run ended")
    add(
        "--restate",
        metavar="REASON",
        help="let values of frozen periods change (setting freeze_days), and keep why",
    )
    add(
        "--accept",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "REASON"),
        help="publish what a gate holds of an export, a source, a KPI or `all`, and keep why",
    )
    add(
        "--period",
        metavar="PERIOD",
        help="explain: of which period, such as 2026-03, 2026-Q1, 2026, 2026-W10 or 2026-03-15",
    )
    add("--slice", metavar="NAME=VALUE", help="explain: of which slice, such as channel=email (default: all)")
    add("--rows", type=_count, default=0, metavar="N", help="explain: name N rows of each table by their ids")
    add("--base", metavar="REF", help="diff: from this commit, or this published file")
    add(
        "--head",
        metavar="REF",
        help="diff: to this commit, or this published file (default: the working tree)",
    )
    add("--markdown", type=Path, metavar="FILE", help="diff: write it there for a pull request too")
    add("--fail-on-change", action="store_true", help="diff: end with 1 where a value changes")
    add("--details", action="store_true", help="show every export in the summary, not one line a source")
    add("--quiet", action="store_true", help="say nothing but errors")
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date; write it like 2026-10-31") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no number of rows; write one such as 5")
    return int(text)


def _memory(text: str) -> str:
    if not is_limit(text):
        raise argparse.ArgumentTypeError(f"{text} is no size; write it like 4GB")
    return text


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; write a number from 0 to 1")
    return share
