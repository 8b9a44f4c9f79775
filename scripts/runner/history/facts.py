"""What a run stood on, as hashes: kept with the run, and held against those of the run before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import duckdb

from runner.dbt.lineage import KpiLineage, Lineage
from runner.own_code import COMPUTING, READING, digest_of_code
from runner.results import Run
from runner.sql import literal, name_quoted, quoted

# The door and the gates read these themselves; of SQL the lineage knows which it reads.
OF_THE_DOOR = ("reporting_timezone", "kept_url_parameters", "--clv", "--sources")
MOST_HASHED_ROWS = 2_000_000  # of one export; beyond, only its files tell what changed
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


@dataclass(frozen=True)
class Facts:
    """settings: by name. files: by export, {file: hash}. oldest: first event by export. parts: digests."""

    settings: Mapping[str, Any]
    software: str
    parts: Mapping[str, str]
    files: Mapping[str, Mapping[str, str]]
    oldest: Mapping[str, Any]


def read_now(connection: duckdb.DuckDBPyConnection, run: Run, lineage: Lineage) -> Facts:
    """The facts of this run; `connection` has its warehouse as `warehouse`."""
    settings = run.settings
    asked = {"--as-of": settings.as_of, "--clv": settings.clv, "--sources": list(settings.sources)}
    files: dict[str, dict[str, str]] = {}
    for export, file, sha256 in connection.execute(
        "select source || '__' || export, file, sha256 from warehouse.raw._files"
    ).fetchall():
        files.setdefault(export, {})[file] = sha256
    oldest = connection.execute("select export, oldest_event from warehouse.audit.arrivals").fetchall()
    in_force = json.loads(json.dumps({**settings.variables_in_force, **asked}, default=str))
    return Facts(in_force, _software(), lineage.digests, files, dict(oldest))


def read_run(connection: duckdb.DuckDBPyConnection, number: int) -> Facts:
    """The facts of a run of the ledger."""
    settings, software = connection.execute(
        f"select settings, software from history.runs where run = {number}"
    ).fetchall()[0]
    files: dict[str, dict[str, str]] = {}
    for export, file, sha256 in connection.execute(
        f"select export, file, sha256 from history.run_files where run = {number}"
    ).fetchall():
        files.setdefault(export, {})[file] = sha256
    parts = connection.execute(f"select part, digest from history.run_parts where run = {number}").fetchall()
    oldest = connection.execute(
        f"select export, oldest_event from history.run_exports where run = {number}"
    ).fetchall()
    return Facts(json.loads(settings), software, dict(parts), files, dict(oldest))


def keep(connection: duckdb.DuckDBPyConnection, number: int, run: Run, facts: Facts) -> None:
    """Write the facts of run `number` to the ledger, as a draft."""
    texts = (str(run.settings.exports), json.dumps(facts.settings, sort_keys=True), facts.software)
    exports, settings, software = (quoted(text) for text in texts)
    started_at = f"timestamp {quoted(run.started_at.replace(tzinfo=None).isoformat(' '))}"
    connection.execute(
        f"insert into history.runs select {number}, {quoted(run.run_id)}, {started_at}, {exports}, as_of,"
        f" {settings}, {software}, {literal(run.settings.restate)}, null from warehouse.raw._run"
    )
    rows = ", ".join(f"({number}, {quoted(part)}, {quoted(digest)})" for part, digest in facts.parts.items())
    if rows:
        connection.execute(f"insert into history.run_parts values {rows}")
    connection.execute(
        f"insert into history.run_files select {number}, source || '__' || export, file, sha256, accepted"
        " from warehouse.raw._files"
    )
    connection.execute(
        f"insert into history.run_exports select {number}, export, oldest_event from warehouse.audit.arrivals"
    )


def exports_digest(lineage: KpiLineage, facts: Facts) -> str:
    """The hash of all files that feed a KPI."""
    return digest({export: dict(facts.files.get(export, {})) for export in lineage.exports})


def settings_digest(lineage: KpiLineage, facts: Facts) -> str:
    """The hash of the settings that bear on a KPI."""
    return digest({name: facts.settings.get(name) for name in settings_of(lineage)})


def definition_digest(lineage: KpiLineage, facts: Facts) -> str:
    """The hash of all that defines a KPI."""
    return digest({part: facts.parts.get(part) for part in lineage.parts})


def settings_of(lineage: KpiLineage) -> tuple[str, ...]:
    """The settings that bear on a KPI."""
    return tuple(sorted({*lineage.settings, *OF_THE_DOOR}))


def digest(what: Any) -> str:
    """A hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:32]


def hash_rows(connection: duckdb.DuckDBPyConnection, number: int, export: str) -> int | None:
    """Keep a hash of each row that stands of `export`. Returns how many rows of before are no more.

    None where there is nothing to compare with, or too much.
    """
    table = f"warehouse.raw.{name_quoted(export)}"
    known = connection.execute(
        f"select count(*) from history.row_hashes where export = {quoted(export)}"
    ).fetchall()[0][0]
    columns = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'warehouse' and schema_name = 'raw'"
        f" and table_name = {quoted(export)} and column_name not in ('_file', '_row') order by column_index"
    ).fetchall()
    rows = connection.execute(f"select count(*) from {table}").fetchall()[0][0] if columns else 0
    if rows > MOST_HASHED_ROWS or not columns:
        connection.execute(f"delete from history.row_hashes where export = {quoted(export)}")
        return None
    hashed = f"hash({', '.join(name_quoted(column) for (column,) in columns)})"
    connection.execute(
        f"insert into history.row_hashes select {number}, {quoted(export)}, {hashed} from {table}"
    )
    if not known:
        return None
    gone = connection.execute(
        "select count(*) from (select row_hash from history.row_hashes"
        f" where export = {quoted(export)} and run < {number} except all select row_hash"
        f" from history.row_hashes where export = {quoted(export)} and run = {number})"
    ).fetchall()
    return int(gone[0][0])


def _software() -> str:
    """The versions and the own code that turn files and definitions into values."""
    own = digest_of_code(*READING, *COMPUTING)
    told = {**{package: version(package) for package in _PACKAGES}, "runner": own}
    return json.dumps(told, sort_keys=True)
