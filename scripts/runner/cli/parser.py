"""The options of the command line, as `--help` tells them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

from runner.errors import UsageError
from runner.memory import SHARE, is_limit

HELP_OF_COMMANDS = {
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
# Of the options that change what a command does, those that only some commands read.
ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "--sources": ("build", "load"),
    "--select": ("build", "check"),
    "--full-refresh": ("build", "load"),
    "--restate": ("build",),
    "--accept": ("build", "check"),
    **dict.fromkeys(("--period", "--slice", "--rows"), ("explain",)),
    **dict.fromkeys(("--base", "--head", "--markdown", "--fail-on-change"), ("diff",)),
}
_EPILOG = """\
exit codes: 0 as asked (build: published); 1 a check failed, nothing published; 2 asked wrongly;
3 could not run; 4 another run is at work in the same output; 130 interrupted.
"""


def help_text() -> str:
    """What `--help` says, in 100 columns."""
    described = parser()
    described.formatter_class = partial(argparse.RawDescriptionHelpFormatter, width=100)
    return described.format_help()


class _Parser(argparse.ArgumentParser):
    """An argument parser that answers a mistake with one sentence."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See `python scripts/run.py --help`.")


def parser() -> argparse.ArgumentParser:
    """The command line: commands, options, and what each is for. A mistake raises UsageError."""
    made = _Parser(
        prog="run.py",
        description="Build one audited set of marketing KPIs from the exports of marketing tools.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = "; ".join(f"{name}: {does}" for name, does in HELP_OF_COMMANDS.items())
    made.add_argument(
        "command", nargs="?", choices=HELP_OF_COMMANDS, default="build", metavar="COMMAND", help=commands
    )
    made.add_argument(
        "name", nargs="?", metavar="NAME", help="the folder that init makes; the KPI to explain"
    )
    add = made.add_argument
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
    add(
        "--notify",
        metavar="URL",
        help="tell this webhook, in Slack's form, how the run ended (default: MARKETING_KPIS_NOTIFY, which"
        " shows in no list of processes)",
    )
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
    return made


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
