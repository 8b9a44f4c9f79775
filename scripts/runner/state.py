"""What the last runs left behind in the output folder, so that the next can tell what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

STATE_FILE = "state.json"
_DEFINITIONS = ("dbt_project.yml", "models", "macros", "seeds/lookups", "tests/sql")
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "numpy", "scipy")


@dataclass(frozen=True)
class State:
    """Marks of earlier runs; None where there was none.

    exports: the folder the warehouse was loaded from. built: fingerprint of definitions and settings behind
    the tables that stand. built_from: of each raw table, the mark of the rows behind them, but for those that
    changed where a build has not ended well since. data_tests: the warnings of the tests of these tables.
    parsed: fingerprint of the files dbt last parsed. unit_tests: fingerprint of the definitions whose unit
    tests last passed. rows: rows per raw table when the checks last passed. published: fingerprint of all
    that decides on what was published last, but for the exports' content. warnings: what the checks of that
    run found. held: hashes of files that a gate has held and nothing has accepted since.
    """

    exports: str | None = None
    built: str | None = None
    built_from: Mapping[str, str] = field(default_factory=dict)
    data_tests: Sequence[Mapping[str, Any]] = ()
    parsed: str | None = None
    unit_tests: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    published: str | None = None
    warnings: Sequence[Mapping[str, Any]] = ()
    held: Sequence[str] = ()


def read_state(output: Path) -> State:
    """The state in `output`; an empty one where none can be read."""
    try:
        stored = json.loads((output / STATE_FILE).read_text(encoding="utf-8"))
        return State(**{f.name: stored[f.name] for f in fields(State) if f.name in stored})
    except (OSError, ValueError, TypeError):
        return State()


def write_state(output: Path, state: State) -> None:
    """Put `state` in place of the one in `output`, at once."""
    draft = output / f"{STATE_FILE}.new"
    draft.write_text(json.dumps(asdict(state), indent=2) + "\n", encoding="utf-8")
    draft.replace(output / STATE_FILE)


def fingerprint(project: Path) -> str:
    """A digest of the project's models, macros, seeds, tests and the versions that run them."""
    digest = hashlib.sha256()
    for name in _PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    for part in _DEFINITIONS:
        path = project / part
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(f"{file.relative_to(project).as_posix()} ".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def with_settings(definitions: str, settings: Mapping[str, Any]) -> str:
    """The fingerprint of `definitions` under `settings`."""
    told = json.dumps([definitions, dict(settings)], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
