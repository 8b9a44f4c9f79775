"""Tells a webhook, in Slack's form, how a run ended."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.kpi_files import read_kpi_files
from runner.report.formatting import told_changes
from runner.results import Finding, Run

TRIES, SECONDS = 3, 10.0
_MOST_NAMED = 10
_NOBODY = "everybody"


def message(run: Run, owners: Mapping[str, str]) -> str:
    """The outcome in words: what was published and restated, or why not, and failed checks by who owns them.

    owners: the owner of each KPI.
    """
    if run.error:
        lines = [f"Marketing KPIs: the run did not end well (exit code {run.exit_code}). {run.error}"]
    elif run.failures:
        lines = [f"Marketing KPIs: nothing was published, {len(run.failures)} failed."]
    elif run.is_unchanged:
        lines = ["Marketing KPIs: nothing has changed, what was published stands."]
    elif run.published:
        lines = [f"Marketing KPIs: published {run.published.name}, data up to {run.figures.as_of}."]
    else:
        lines = [f"Marketing KPIs: `{run.settings.command}` is done."]
    by_owner: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.failures:
        by_owner[owners.get(finding.about, _NOBODY)].append(finding)
    for owner, findings in sorted(by_owner.items()):
        named = [f"{finding.check}: {finding.why}" for finding in findings[:_MOST_NAMED]]
        more = [f"and {len(findings) - _MOST_NAMED} more"] if len(findings) > _MOST_NAMED else []
        lines.append(f"*{owner}*: " + "; ".join([*named, *more]))
    lines += told_changes(run.changes)
    if run.warnings:
        lines.append(f"{len(run.warnings)} warnings, in run.json.")
    return "\n".join(lines)


def notify(
    url: str,
    text: str,
    *,
    tries: int = TRIES,
    wait: Callable[[float], object] = time.sleep,
) -> str | None:
    """Post `text` to the webhook, trying again where it does not answer. Returns what went wrong, or None.

    The address is a secret and is in no sentence.
    """
    body = json.dumps({"text": text}).encode()
    said = ""
    for number in range(tries):
        if number:
            wait(2.0**number)
        try:
            request = urllib.request.Request(  # noqa: S310  # read_arguments lets http and https pass only
                url, data=body, headers={"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
                return None
        except urllib.error.HTTPError as error:
            said = f"it answered {error.code}"
            if error.code < 500 and error.code != 429:
                break
        except (OSError, ValueError) as error:
            said = str(getattr(error, "reason", error) or type(error).__name__)
    return f"The outcome could not be told to the webhook: {said}."


def owners_of_kpis(project: Path) -> dict[str, str]:
    """Who owns each KPI, by its YAML."""
    return {kpi.name: kpi.meta["owner"] for kpi in read_kpi_files(project) if kpi.meta.get("owner")}
