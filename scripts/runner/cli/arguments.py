"""The settings that a command line asks for."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from runner.audit.limits import MAX_DROP, Acceptance
from runner.cli.parser import ONLY_FOR, parser
from runner.company import CompanyFile, find_company_file
from runner.errors import UsageError
from runner.memory import usual_limit
from runner.settings import Comparison, Question, Settings
from runner.state import read_state
from runner.targets import check_target

NOTIFY = "MARKETING_KPIS_NOTIFY"  # the webhook's address is a secret: arguments show in the list of processes


def read_arguments(arguments: Sequence[str] | None, project: Path) -> Settings:
    """The settings that a command line asks for; raises UsageError."""
    asked = parser().parse_args(arguments)
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
        notify=_webhook(asked.notify or os.environ.get(NOTIFY) or company.notify),
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
            # The option is older than --accept: with it, all of an export may be gone.
            *([Acceptance("all", MAX_DROP)] if asked.max_drop == 1 else []),
        ),
        quiet=asked.quiet,
        details=asked.details,
    )
    settings.check_variables()
    check_target(settings.target)
    return settings


def _check_name(asked: argparse.Namespace) -> None:
    """Raise UsageError where a command lacks what it is about, or has what would change nothing."""
    needed = {"init": "init DIR`: the folder to make", "explain": "explain KPI --period PERIOD`: which value"}
    if asked.command in needed:
        if not asked.name:
            raise UsageError(f"Write `{needed[asked.command]}.")
    elif asked.name:
        raise UsageError(
            f"{asked.command} takes no name: a folder of exports is --exports {asked.name}, and of a KPI"
            f" `explain {asked.name} --period PERIOD` tells a value, `check --select {asked.name}` its tests."
        )
    for option, commands in ONLY_FOR.items():
        if getattr(asked, option.strip("-").replace("-", "_")) and asked.command not in commands:
            raise UsageError(f"{option} is for {' and '.join(commands)}, not for {asked.command}.")
    if asked.command == "init" and asked.output:
        raise UsageError("init makes the folder that it is given by name; it takes no --output.")


def _question(asked: argparse.Namespace) -> Question:
    if not asked.period:
        raise UsageError(f"Write `explain {asked.name} --period PERIOD`, such as --period 2026-03.")
    return Question(asked.name, asked.period, asked.slice, asked.rows)


def _comparison(asked: argparse.Namespace) -> Comparison:
    if not asked.base:
        raise UsageError("Write `diff --base REF`: the commit, or the published file, to compare with.")
    markdown = asked.markdown.resolve() if asked.markdown else None
    return Comparison(asked.base, asked.head, markdown, asked.fail_on_change)


def _webhook(url: str | None) -> str | None:
    if url and not re.match(r"https?://[^/\s]+", url):
        raise UsageError("--notify: write the address of a webhook, https://…")
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


def _reason(option: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise UsageError(f"{option}: say why, such as {option} 'March invoices came in May'.")
    return text.strip() if text else None


def _acceptance(name: str, reason: str) -> Acceptance:
    return Acceptance(name.strip(), _reason(f"--accept {name}", reason) or "")


def _variables(text: str | None) -> dict[str, Any]:
    try:
        variables = yaml.safe_load(text or "{}")
    except yaml.YAMLError as error:
        raise UsageError(f"--vars: this is no YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(variables, dict) or not all(isinstance(name, str) for name in variables):
        raise UsageError("--vars: write a mapping, such as '{cohort_window_days: 30}'.")
    return variables
