"""The two sides of a comparison: a published file, or the definitions of a commit or of the working tree."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb

from runner.dbt.lineage import KpiLineage
from runner.errors import UsageError
from runner.history.facts import Facts
from runner.masking import masked
from runner.published.lineage import DEFINITION, EXPORT

# What dbt reads of a project, without the demo's exports.
_OF_A_PROJECT = ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds/lookups", "tests/sql")


@dataclass(frozen=True)
class PublishedSide:
    """A file that a run published."""

    name: str
    path: Path


@dataclass(frozen=True)
class Tree:
    """The definitions in a folder."""

    name: str
    folder: Path


def open_side(asked: str, project: Path, scratch: Path) -> PublishedSide | Tree:
    """The side that `asked` names: a published file, or a commit, which is written to `scratch`.

    Raises UsageError where it is neither.
    """
    if Path(asked).is_file():
        return PublishedSide(asked, Path(asked).resolve())
    if asked.endswith((".duckdb", ".db")) or asked.startswith("-"):
        raise UsageError(f"{asked}: there is no such file.")
    told = _git(project, "rev-parse", "--verify", "--quiet", f"{asked}^{{commit}}")
    if told.returncode:
        raise UsageError(f"{asked} is neither a published file nor a commit of {project}.")
    commit = told.stdout.decode().strip()
    there = [
        part for part in _OF_A_PROJECT if not _git(project, "cat-file", "-e", f"{commit}:./{part}").returncode
    ]
    archive = _git(project, "archive", commit, "--", *there)
    if archive.returncode or "dbt_project.yml" not in there:
        raise UsageError(f"{asked}: this commit has no project to compare with.")
    scratch.mkdir(parents=True)
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(scratch, filter="data")
    return Tree(asked if asked == commit else f"{asked} ({commit[:8]})", scratch)


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise UsageError("Comparing with a commit needs git; name a published file instead.") from None


def read_published(
    connection: duckdb.DuckDBPyConnection, database: str
) -> tuple[Facts, Mapping[str, KpiLineage]]:
    """What the values of the published file that is attached as `database` stand on.

    Raises UsageError where the file is of a version that does not tell.
    """
    try:
        settings = connection.execute(f"select settings from {database}.kpi.run").fetchall()[0][0]
        rows = connection.execute(f"select kpi, kind, name, detail from {database}.kpi.lineage").fetchall()
        files = read_files(connection, f"{database}.kpi.run_files")
    except duckdb.CatalogException as error:
        raise UsageError(
            "The published file is of an older version, which does not tell what its values stand on:"
            " publish it anew to compare it."
        ) from error
    oldest = read_oldest(connection, f"{database}.kpi.run_exports")
    parts: dict[str, str] = {}
    lineage: dict[str, dict[str, dict[str, str]]] = {}
    for kpi, kind, name, detail in rows:
        lineage.setdefault(kpi, {}).setdefault(kind, {})[name] = detail
        if kind == DEFINITION:
            parts[name] = detail
    kpis = {
        kpi: KpiLineage(
            "",
            tuple(kinds.get(DEFINITION, {})),
            tuple(kinds.get("setting", {})),
            {name: tuple(ways.split(", ")) for name, ways in kinds.get(EXPORT, {}).items()},
        )
        for kpi, kinds in lineage.items()
    }
    return Facts(json.loads(settings), "{}", parts, files, oldest), kpis


def read_files(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, dict[str, str]]:
    """The hash of each file by export, of a table of files."""
    files: dict[str, dict[str, str]] = {}
    for export, file, sha256 in connection.execute(
        f"select source || '__' || export, file, sha256 from {table}"
    ).fetchall():
        files.setdefault(export, {})[masked(file)] = sha256
    return files


def read_oldest(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """The first event of each export, of a table of arrivals."""
    return dict(connection.execute(f"select export, oldest_event from {table}").fetchall())
