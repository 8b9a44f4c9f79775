"""Writes the report: one file that needs nothing else, neither a server nor a network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from runner.errors import CouldNotRun
from runner.report.formatting import SHARES, TIMES, value_text
from runner.report.page.read_page import Page, plain, read_page

FAMILIES = ("value", "customers", "conversion", "engagement")
MOST_CAMPAIGNS = 25
_HERE = Path(__file__).parent
_VENDORED = ("d3-7.9.2.min.js", "plot-0.6.17.min.js")
_OURS = ("figures.js", "charts.js", "cards.js", "kpi.js", "stories.js", "claims.js", "glance.js", "main.js")


def write_report(published: Path, report: Path) -> Path:
    """Write the report of the file `published` to `report`, in one step. Returns `report`.

    Raises UsageError where nothing is published, CouldNotRun where the file cannot be read or written.
    """
    text = render(read_page(published), has_data_docs=(report.parent / "data_docs/index.html").is_file())
    draft = report.with_name(f"{report.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(report)
    except OSError as error:
        raise CouldNotRun(f"{report} cannot be written: {error.strerror}.") from error
    return report


def render(page: Page, *, has_data_docs: bool = False) -> str:
    """The report as HTML. All that comes from the data is escaped; no other script than ours may run."""
    script = _script()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        page=page,
        families=_families(page),
        kinds=[(kind, list(notes)) for kind, notes in groupby(page.notes, lambda note: note["kind"])],
        figures=_json(
            {
                **page.figures,
                "currency": page.settings.get("reporting_currency", ""),
                "shares": SHARES,
                "times": TIMES,
            }
        ),
        script=Markup(script),  # noqa: S704 - our own files
        script_digest=digest,
        style=Markup(_asset("report.css")),  # noqa: S704
        has_data_docs=has_data_docs,
        stale=_stale(page),
        most_campaigns=MOST_CAMPAIGNS,
        value_text=partial(value_text, currency=page.settings.get("reporting_currency") or ""),
        labels={entry["kpi"]: entry["label"] for entry in page.catalog},
    )


def _families(page: Page) -> list[tuple[str, list[dict[str, Any]]]]:
    """The KPIs of each family, money first."""
    found = {entry["family"] for entry in page.catalog}
    names = [*(name for name in FAMILIES if name in found), *sorted(found - set(FAMILIES))]
    return [(name, [entry for entry in page.catalog if entry["family"] == name]) for name in names]


def _stale(page: Page) -> dict[str, int]:
    """How many days the exports that are older than they may be end before the last day that counts."""
    stale = {}
    for row in page.exports:
        newest, allowed = row.get("newest_event"), row.get("freshness_days")
        if newest and allowed is not None and page.run["as_of"]:
            days = (page.run["as_of"] - newest.date()).days
            if days > allowed:
                stale[row["export"]] = days
    return stale


def _json(figures: dict[str, Any]) -> Markup:
    """An object as JSON that can stand in a page: no character of it ends the element it stands in."""
    text = json.dumps(plain(figures), allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _script() -> str:
    vendored = [(_HERE / "vendor" / name).read_text(encoding="utf-8") for name in _VENDORED]
    ours = "\n".join(_asset(name) for name in _OURS)
    return "\n".join([*vendored, f'(() => {{\n"use strict";\n{ours}\n}})();\n'])


def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text(encoding="utf-8")
