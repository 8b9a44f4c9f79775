"""The models as PostgreSQL would run them, compiled without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from portability.engines import DBT


@dataclass(frozen=True)
class Compiled:
    """One model: its path in the project, its text and its SQL for PostgreSQL."""

    name: str
    path: str
    text: str
    sql: str


@dataclass(frozen=True)
class Project:
    """All models, parents first, the columns of the raw tables and seeds, and which columns are floats.

    A name is a float's where every table that declares its type says so.
    """

    models: tuple[Compiled, ...]
    declared: dict[str, list[str]]
    floats: frozenset[str]


def compile_for_postgres(project: Path, scratch: Path) -> Project:
    """Compile every model of `project` for PostgreSQL, offline. Raises RuntimeError with dbt's words."""
    answer = subprocess.run(
        [
            *(sys.executable, "-c", DBT),
            *("--quiet", "--no-use-colors", "--log-path", str(scratch / "logs")),
            *("compile", "--target", "postgres", "--no-populate-cache", "--no-introspect"),
            *("--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(scratch)),
        ],
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ, "MARKETING_KPIS_PG_PORT": "1"},
    )
    if answer.returncode != 0:
        raise RuntimeError(f"dbt compile failed: {answer.stdout}{answer.stderr}")
    manifest = json.loads((scratch / "manifest.json").read_text(encoding="utf-8"))
    declared = {
        source["identifier"]: [*source["columns"], "_file", "_row"] for source in manifest["sources"].values()
    }
    declared |= {
        node["alias"]: list(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed"
    }
    types: dict[str, set[str]] = {}
    for node in (*manifest["sources"].values(), *manifest["nodes"].values()):
        for name, column in node.get("columns", {}).items():
            types.setdefault(name, set()).add(column.get("data_type") or "double")
    floats = frozenset(name for name, of in types.items() if of == {"double"})
    return Project(tuple(_models(project, scratch, manifest)), declared, floats)


def _models(project: Path, scratch: Path, manifest: dict) -> Iterator[Compiled]:
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    order = TopologicalSorter(
        {key: node["depends_on"]["nodes"] for key, node in models.items()}
    ).static_order()
    for key in order:
        if key in models:
            path = models[key]["original_file_path"]
            yield Compiled(
                name=models[key]["alias"],
                path=path,
                text=(project / path).read_text(encoding="utf-8"),
                sql=(scratch / "compiled" / models[key]["package_name"] / path).read_text(encoding="utf-8"),
            )
