"""Writes what README.md and docs/ say of the project from the project itself: `make docs`."""

from __future__ import annotations

import argparse
import ast
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import yaml

from input_models import input_models
from room_map import room_map
from runner.cli.parser import help_text
from runner.ingest.declare.declarations import OWN_LOOKUPS, Export
from runner.ingest.declare.read_declarations import read_exports
from runner.kpi_files import read_kpi_files
from runner.settings import Settings
from runner.variables import VARIABLES

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = (
    "README.md",
    "docs/generic.md",
    "docs/kpis.md",
    "docs/map.md",
    "docs/operations.md",
    "docs/own-data.md",
    "docs/sources.md",
    "models/core/inputs/_inputs.yml",
)
FAMILIES = ("engagement", "customers", "conversion", "value")
GENERIC = "generic"
FORMATS = {
    "csv": "CSV", "tsv": "TSV", "json": "JSON", "jsonl": "JSON lines", "parquet": "Parquet", "xls": "XLS",
    "xlsx": "XLSX",
}  # fmt: skip
REPEATED = {
    "sum": "Several rows of one key in one file are added up.",
    "lines": "Several rows of one key in one file are its lines and all count.",
    "last": "Of several rows of one key in one file the last counts.",
    "newest": "Of several rows of one key the newest counts.",
    "same": "Several rows of one key in one file have to be equal, and count once.",
}
JINJA = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True)
BLOCK = re.compile(r"((?:# )?<!-- begin (?P<name>[\w-]+) -->\n).*?((?:# )?<!-- end (?P=name) -->)", re.DOTALL)

Blocks = dict[str, Callable[[], str]]


def runner_map(project: Path) -> str:
    """A line per package and module of the runner, by what it says of itself first."""
    runner = project / "scripts/runner"
    packages = sorted(path.parent for path in runner.glob("*/__init__.py"))
    modules = sorted(path for path in runner.glob("*.py") if path.name != "__init__.py")
    told = {f"{path.name}/": path / "__init__.py" for path in packages} | {
        path.name: path for path in modules
    }
    lines = ["| `scripts/runner/` | holds |", "|---|---|"]
    for name, path in told.items():
        (first, *_) = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
        lines.append(f"| [`{name}`](../scripts/runner/{name}) | {first} |")
    return "\n".join(lines) + "\n"


def kpi_entries(project: Path, family: str) -> Iterator[dict[str, Any]]:
    """The KPIs of a family by name: their catalog meta with name, description and slices added."""
    for kpi in read_kpi_files(project):
        if kpi.family == family:
            slices = _slices(kpi.sql.read_text(encoding="utf-8"))
            yield {**kpi.meta, "name": kpi.name, "description": kpi.description, "slices": slices}


def _slices(sql: str) -> list[str]:
    """The slices that a KPI's SQL gives its shape."""
    given = [
        keyword.value.as_const()
        for call in JINJA.parse(sql).find_all(jinja2.nodes.Call)
        for keyword in call.kwargs
        if keyword.key == "slices"
    ]
    return given[0] if given else []


def kpi_table(project: Path) -> str:
    """A line per KPI, a heading per family."""
    lines = []
    for family in FAMILIES:
        lines += [f"**{family.capitalize()}**", "", "| KPI | unit | better | formula |", "|---|---|---|---|"]
        for entry in kpi_entries(project, family):
            link = f"[`{entry['name']}`](#{entry['name']})"
            lines.append(f"| {link} | {entry['unit']} | {entry['better']} | {entry['formula']} |")
        lines.append("")
    return "\n".join(lines)


def kpi_definitions(project: Path) -> str:
    """Each KPI's definition in full."""
    lines = []
    for family in FAMILIES:
        lines += [f"## {family.capitalize()}", ""]
        for entry in kpi_entries(project, family):
            name, decision = entry["name"], entry.get("decision")
            facts = {
                "Unit": f"{entry['unit']}, {entry['better']} is better",
                "Slices": ", ".join(entry["slices"]) or "none",
                "Adds up": "yes" if entry["is_additive"] else "no",
                "Fed by": ", ".join(entry["entities"]),
                "Owner": entry["owner"],
                "Caveat": entry.get("caveats"),
                "Decision": decision and f"[{Path(decision).stem}]({decision.removeprefix('docs/')})",
                "Definition": f"[{name}.sql](../models/marts/{family}/{name}.sql)",
            }
            lines += [f"### {name}", "", f"**{entry['label']}** = {entry['formula']}", ""]
            lines += [entry["description"], ""]
            lines += [f"- {title}: {fact}" for title, fact in facts.items() if fact] + [""]
    return "\n".join(lines)


def source_table(project: Path) -> str:
    """A line per export of a tool, from the declarations and the staging models that read it."""
    feeds: dict[str, set[str]] = {}
    for path in (project / "models/staging").glob("*/stg_*.sql"):
        for table in re.findall(r"source\('\w+',\s*'(\w+)'\)", path.read_text(encoding="utf-8")):
            feeds.setdefault(table, set()).add(path.stem.split("__")[1])
    lines = ["| tool | export | files | format | feeds | evidence |", "|---|---|---|---|---|---|"]
    for export in _exports(project):
        if export.source not in (GENERIC, OWN_LOOKUPS):
            names = dict.fromkeys(str(Path(pattern).with_suffix("")) for pattern in export.files)
            files = ", ".join(f"`{name}`" for name in names)
            entities = ", ".join(sorted(feeds.get(export.table, ())))
            cells = (export.source, export.name, files, _formats(export), entities, export.grade or "")
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def settings_table(project: Path) -> str:
    """A line per setting: its default, what it means and what it takes."""
    defaults = Settings(project, project, project).project_variables
    lines = ["| setting | default | what it is | values |", "|---|---|---|---|"]
    for name, default in defaults.items():
        told = yaml.safe_dump(default, default_flow_style=True).removesuffix("...\n").strip()
        variable = VARIABLES[name]
        lines.append(f"| `{name}` | {told} | {variable.meaning} | {variable.takes} |")
    return "\n".join(lines)


def layouts(project: Path, source: str, level: str = "##") -> str:
    """A table per layout of a source of ours, below headings of `level`: columns, types, values and key."""
    lines = []
    for export in _exports(project):
        if export.source == source:
            headers = {column.name: (*column.headers, column.name)[0] for column in export.columns}
            lines += [f"{level} {export.name}", "", export.description, ""]
            lines += ["| column | type | values |", "|---|---|---|"]
            for column in export.columns:
                name = f"**{headers[column.name]}**" if column.needs_value else headers[column.name]
                lines.append(f"| {name} | {column.data_type} | {', '.join(column.one_of)} |")
            lines += ["", _key_told(export, headers), ""]
    return "\n".join(lines)


def _key_told(export: Export, headers: Mapping[str, str]) -> str:
    """The key of a layout, and what rows of one key are."""
    if not export.repeated:
        return "Key: none."
    told = [f"Key: {', '.join(headers[name] for name in export.key)}."]
    if export.detail:
        told.append(f"Details: {', '.join(headers[name] for name in export.detail)}.")
    if export.told_apart_by:
        apart = ", ".join(headers[name] for name in export.told_apart_by)
        told.append(f"Told apart by {apart}; of files with and without it the newer counts.")
    return " ".join([*told, REPEATED[export.repeated]])


def run_output(project: Path, *arguments: str) -> str:
    """What a build with these arguments prints, without its progress, as a code block below the command."""
    with tempfile.TemporaryDirectory() as output:
        done = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "scripts/run.py", *arguments, "--output", output],
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        text = "\n".join(line.rstrip() for line in done.stdout.replace(output, "output").splitlines()).strip()
    command = " ".join(["python scripts/run.py", *arguments]) if arguments else "make run"
    stamp = (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()},"
        f" {datetime.now(UTC):%Y-%m-%d}; a first run, with all unit tests"
    )
    return f"```text\n$ {command}\n{text}\n```\n\n({stamp})"


def demo_excerpt(project: Path) -> str:
    """The first of what the demo run in docs/operations.md says of its KPIs, and how it ends."""
    text = (project / "docs/operations.md").read_text(encoding="utf-8")
    run = text.split("<!-- begin demo-run -->")[1].split("<!-- end demo-run -->")[0]
    figures, _, rest = run.partition("KPIs of the latest")[2].partition("\n\n")[2].partition("\n\n")
    ending = rest.split("```")[0].strip().splitlines()
    shown = [*figures.splitlines()[:7], " ⋮", "", *ending]
    return "\n".join(["```text", "$ make run", " ⋮", *shown, "```"])


def written(text: str, blocks: Blocks) -> str:
    """`text` with every block `<!-- begin NAME -->` … `<!-- end NAME -->` of `blocks` written anew."""

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return f"{match[1]}{blocks[name]().strip()}\n{match[3]}" if name in blocks else match[0]

    return BLOCK.sub(replace, text)


def read_off(project: Path) -> Blocks:
    """The blocks that are read off the project's files."""
    open_rate = project / "models/marts/engagement/open_rate.sql"
    return {
        "kpis": lambda: kpi_table(project),
        "kpi-definitions": lambda: kpi_definitions(project),
        "sources": lambda: source_table(project),
        "settings": lambda: settings_table(project),
        "layouts": lambda: layouts(project, GENERIC),
        "own-lookups": lambda: layouts(project, OWN_LOOKUPS, "###"),
        "help": lambda: f"```text\n{help_text().strip()}\n```",
        "demo-excerpt": lambda: demo_excerpt(project),
        "map": lambda: room_map(project),
        "runner": lambda: runner_map(project),
        "inputs": lambda: input_models(project),
        "open-rate": lambda: f"```sql\n{open_rate.read_text(encoding='utf-8').strip()}\n```",
    }


def runs(project: Path) -> Blocks:
    """The blocks that are a run's output; one whose exports are not at hand keeps what stands."""
    outputs: Blocks = {"demo-run": lambda: run_output(project)}
    if (project.parent / "shared/data/online_retail").is_dir():
        real = ("--exports", "../shared/data", "--sources", "online_retail")
        outputs["online-retail-run"] = lambda: run_output(project, *real)
    return outputs


def main() -> None:
    """Write the generated blocks of README.md and docs/; with --no-runs, only what needs no build."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--no-runs", action="store_true", help="do not run the builds the README shows")
    arguments = parser.parse_args()
    blocks = read_off(PROJECT) if arguments.no_runs else {**read_off(PROJECT), **runs(PROJECT)}
    for name in DOCUMENTS:
        document = PROJECT / name
        document.write_text(written(document.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def _formats(export: Export) -> str:
    """What kinds of files an export's patterns or its declared format name."""
    kinds = {Path(pattern).suffix.removeprefix(".").lower() for pattern in export.files}
    return export.format or ", ".join(FORMATS[kind] for kind in sorted(kinds))


def _exports(project: Path) -> list[Export]:
    exports = read_exports(project / "models/staging")
    return sorted(exports, key=lambda export: (export.source, export.name))


if __name__ == "__main__":
    main()
