"""A company's own folder: its settings file `marketing_kpis.yml`, and `init`, which makes one."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runner.errors import CouldNotRun, UsageError
from runner.ingest.declare.declarations import OWN_LOOKUPS, Export
from runner.ingest.declare.read_declarations import read_exports
from runner.variables import VARIABLES

NAME = "marketing_kpis.yml"
_KEYS = ("exports", "output", "target", "notify", "vars")
_SAID_BY_EACH = ("reporting_currency", "reporting_timezone")
_IGNORED = "output/\nexports/*\n!exports/lookups/\n"
_EXAMPLE = "generic/_example_orders.csv"  # a leading _ keeps it from being read
_EXAMPLE_ROWS = (
    ("order_id", "email", "ordered_at", "gross", "tax", "currency"),
    ("1001", "ada@example.com", "2026-01-31 09:30:00", "119.00", "19.00", "EUR"),
)


@dataclass(frozen=True)
class CompanyFile:
    """What a settings file says; paths are absolute. `path` is None where there is no file."""

    path: Path | None = None
    exports: Path | None = None
    output: Path | None = None
    target: str | None = None
    notify: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


def find_company_file(asked: Path | None, exports: Path | None, demo: Path) -> CompanyFile:
    """The settings file that was asked for, else that of the exports' folder or the one above it.

    demo: the demo's exports, which are read where neither exports nor a file in the current folder are
    there. Raises UsageError where the one asked for is missing, or one says what it may not say.
    """
    if asked is not None:
        path = asked / NAME if asked.is_dir() else asked
        if not path.is_file():
            raise UsageError(f"--settings {asked}: there is no such file; `init DIR` makes one.")
        return _read(path.resolve())
    read = (exports or demo).resolve()
    folders = (read, read.parent) if exports else (Path.cwd(), read, read.parent)
    paths = [folder / NAME for folder in folders if (folder / NAME).is_file()]
    return _read(paths[0]) if paths else CompanyFile()


def _read(path: Path) -> CompanyFile:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: this is no YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(said, dict):
        raise UsageError(f"{path}: write a mapping of {', '.join(_KEYS)}.")
    for key, value in said.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), (*_KEYS, *VARIABLES), n=1)
            place = " below `vars`" if near and near[0] in VARIABLES else ""
            hint = f"did you mean {near[0]}{place}?" if near else f"there are {', '.join(_KEYS)}."
            raise UsageError(f"{path}: there is no key {key}; {hint}")
        wanted = (dict, "a mapping") if key == "vars" else (str, "a text")
        if value is not None and not isinstance(value, wanted[0]):
            raise UsageError(f"{path}: {key} is {value}; it takes {wanted[1]}.")

    def place_of(key: str) -> Path | None:
        return (path.parent / Path(said[key]).expanduser()).resolve() if said.get(key) else None

    return CompanyFile(
        path,
        place_of("exports"),
        place_of("output"),
        said.get("target"),
        said.get("notify"),
        said.get("vars") or {},
    )


def make_company_folder(
    folder: Path, project: Path, defaults: Mapping[str, Any], said: Mapping[str, Any]
) -> str:
    """Make a company's folder, or add what it lacks; files that are there stay. Returns what to do next.

    defaults: the project's settings; said: those that the company changes. Raises CouldNotRun where the
    folder cannot be written.
    """
    declared = read_exports(project / "models/staging")
    files = {
        NAME: settings_text(defaults, said),
        ".gitignore": _IGNORED,
        f"exports/{_EXAMPLE}": _csv(_EXAMPLE_ROWS),
        **{
            f"exports/{OWN_LOOKUPS}/{export.name}.csv": _csv([_headers(export)])
            for export in declared
            if export.source == OWN_LOOKUPS
        },
    }
    missing = {name: text for name, text in files.items() if not (folder / name).exists()}
    try:
        for name, text in missing.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CouldNotRun(f"{folder} cannot be made: {error.strerror}.") from error
    if NAME not in missing:
        added = f"added {', '.join(missing)}" if missing else "nothing was missing"
        return f"{folder} is a company's folder already: {added}; every file that was there stayed as it was."
    tools = sorted({export.source for export in declared} - {OWN_LOOKUPS})
    return (
        f"Made {folder}.\n"
        f"1. Put each tool's files into {folder}/exports/TOOL/: {', '.join(tools)}.\n"
        f"2. Set currency and time zone in {folder / NAME}.\n"
        f"3. Run: python scripts/run.py --settings {folder}"
    )


def settings_text(defaults: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """A settings file that says what each setting is; those that nobody changed are commented out.

    defaults: the project's settings; said: what the company changes of them.
    """
    lines = [
        "# Settings of one company. What the command line says wins; paths are relative to this file.",
        "exports: exports",
        "output: output",
        "target: duckdb",
        "# notify: https://hooks.slack.com/services/…  # where each run's outcome is told",
        "",
        "# A line without its leading # changes the project's default.",
        "vars:",
    ]
    for name, value in sorted({**defaults, **said}.items(), key=lambda item: item[0] not in _SAID_BY_EACH):
        told = yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
        mark = "" if name in _SAID_BY_EACH or name in said else "# "
        if name in VARIABLES:
            lines += ["", f"  # {VARIABLES[name].meaning}: {VARIABLES[name].takes}"]
        lines.append(f"  {mark}{name}: {told}")
    return "\n".join(lines) + "\n"


def _headers(export: Export) -> tuple[str, ...]:
    return tuple(column.headers[0] if column.headers else column.name for column in export.columns)


def _csv(rows: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
