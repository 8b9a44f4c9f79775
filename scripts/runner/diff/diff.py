"""Holds two sides against each other, on the same rows where both are definitions."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from runner.dbt.built import Built, read_built
from runner.dbt.commands import Dbt
from runner.dbt.digests import UNION, Digests
from runner.dbt.lineage import KpiLineage
from runner.dbt.staging_list import write_staging_list
from runner.diff.compare import KpiChanges, compare
from runner.diff.sides import (
    PublishedSide,
    Tree,
    open_side,
    read_files,
    read_oldest,
    read_published,
)
from runner.errors import CouldNotRun, RunError, UsageError
from runner.history.facts import Facts
from runner.history.reasons import DEFINITION, causes, summed_up
from runner.history.tables import KEY, PARTS
from runner.ingest.loading import for_the_owner_alone
from runner.report.catalog import read_catalog
from runner.settings import Settings
from runner.sql import quoted
from runner.state import read_state
from runner.storage import Storage
from runner.targets import open_target
from runner.targets.protocol import Action
from runner.worker import Worker
from runner.workflow.after_models import after_models

_SHARED = "what all KPIs share (kpis, measured_since), or the entities that the KPI's YAML names"


@dataclass(frozen=True)
class KpiDiff:
    """What changes of a KPI, and why. status: changed, new or gone."""

    status: str
    label: str
    unit: str | None
    reason: str
    detail: str
    changes: KpiChanges


@dataclass(frozen=True)
class Diff:
    """All that differs between two sides. compared: KPIs whose values were compared; built: models built."""

    before: str
    after: str
    kpis: tuple[KpiDiff, ...]
    compared: int
    unchanged: int
    built: int


@dataclass(frozen=True)
class Definitions:
    """What a tree says once dbt has read it, and the dbt that can build it."""

    digests: Digests
    worker: Worker
    after: Mapping[str, Action]  # what the runner does between models


@dataclass
class _Side:
    """A side as it is compared: its KPIs, what they stand on, and where their values are."""

    name: str
    facts: Facts
    kpis: Mapping[str, KpiLineage]
    labels: Mapping[str, tuple[str, str | None]]
    definitions: Definitions | None = None
    values: str = ""  # a query; empty where nothing is compared


def diff(settings: Settings, storage: Storage, base: str, head: str | None) -> Diff:
    """The changes from `base` to `head` (default: the working tree), each a commit or a published file.

    Definitions are both applied to the rows that stand in the warehouse of `settings.output`, of which only
    what differs is built, in a copy. Raises UsageError where there is nothing to compare, CouldNotRun
    where a model cannot be built.
    """
    with for_the_owner_alone(settings.output / "scratch") as scratch, duckdb.connect() as connection:
        connection.execute(f"set memory_limit = {quoted(settings.memory)}")
        stands = Built({}, {})
        asked = [open_side(base, settings.project, scratch / "base")]
        working_tree = Tree("the working tree", settings.project)
        asked.append(open_side(head, settings.project, scratch / "head") if head else working_tree)
        if any(isinstance(side, Tree) for side in asked):
            _check_warehouse(settings, storage)
            with storage.reading() as warehouse:
                stands = read_built(warehouse, read_state(settings.output))
            connection.execute(f"attach {quoted(storage.warehouse)} as warehouse (read_only)")
        with ExitStack() as stack:
            workers = [
                _start(settings, side, scratch / f"dbt_{number}", stack) if isinstance(side, Tree) else None
                for number, side in enumerate(asked)
            ]
            before, after = (
                _open_published(connection, side, f"published_{number}")
                if isinstance(side, PublishedSide)
                else _open_tree(connection, settings, side, workers[number])
                for number, side in enumerate(asked)
            )
            compared = _to_compare(before, after)
            built = sum(
                _build(connection, storage, side, compared, stands, scratch / f"built_{number}")
                for number, side in enumerate((before, after))
                if side.definitions
            )
        return _compared(connection, before, after, compared, built)


def _check_warehouse(settings: Settings, storage: Storage) -> None:
    if settings.target != "duckdb":
        raise UsageError(f"diff builds in a copy of the warehouse, which target {settings.target} has not.")
    if not storage.warehouse.is_file():
        raise UsageError(
            f"No exports are loaded in {settings.output} yet, so there is nothing to compare definitions on:"
            " run `python scripts/run.py load` first."
        )


def _start(settings: Settings, tree: Tree, scratch: Path, stack: ExitStack) -> Worker:
    """The dbt of a tree, which begins to read it; what it knew of the project last speeds that up."""
    write_staging_list(tree.folder)
    known = settings.output / "target/partial_parse.msgpack"
    (scratch / "target").mkdir(parents=True)
    if known.is_file():
        shutil.copyfile(known, scratch / "target" / known.name)
    # Of the target of the last run: for another dbt would forget all that it knew.
    opened = partial(open_target, settings.target, settings.output, settings.memory)
    make = partial(Dbt, tree.folder, scratch, settings.target, settings.variables, opened)
    worker = Worker(make, lambda _: None)
    stack.callback(worker.close)
    worker.submit("parse", afresh=False)
    return worker


def _open_published(connection: duckdb.DuckDBPyConnection, side: PublishedSide, database: str) -> _Side:
    connection.execute(f"attach {quoted(side.path)} as {database} (read_only)")
    facts, kpis = read_published(connection, database)
    labels = connection.execute(f"select kpi, label, unit from {database}.kpi.catalog").fetchall()
    told = {kpi: (label, unit) for kpi, label, unit in labels}
    return _Side(side.name, facts, kpis, told, values=f"from {database}.kpi.kpi_values")


def _open_tree(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tree: Tree, worker: Worker | None
) -> _Side:
    assert worker is not None
    try:
        worker.result()
    except RunError as error:
        raise type(error)(f"{tree.name}: {error.message}") from error
    in_force = {**replace(settings, project=tree.folder).project_variables, **settings.variables}
    digests, lineage = worker.call("digests", in_force), worker.call("lineage")
    files = read_files(connection, "warehouse.raw._files")
    facts = Facts(in_force, "{}", lineage.digests, files, _oldest(connection))
    labels = {entry.kpi: (entry.label, entry.unit) for entry in read_catalog(tree.folder)}
    return _Side(tree.name, facts, lineage.kpis, labels, Definitions(digests, worker, after_models(settings)))


def _oldest(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    try:
        return read_oldest(connection, "warehouse.audit.arrivals")
    except duckdb.CatalogException:
        return {}  # loaded, and never audited


def _to_compare(before: _Side, after: _Side) -> set[str]:
    """The KPIs whose values may differ: all of a published file; of definitions those that differ."""
    kpis = before.kpis.keys() | after.kpis.keys()
    if before.definitions is None or after.definitions is None:
        return set(kpis)
    old, new = before.definitions.digests.kpis, after.definitions.digests.kpis
    return {kpi for kpi in kpis if old.get(kpi) != new.get(kpi)}


def _build(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    side: _Side,
    compared: Collection[str],
    stands: Built,
    folder: Path,
) -> int:
    """Let `side.values` have the values of the compared KPIs; what does not stand yet is built in a copy.

    Returns how many models that took.
    """
    assert side.definitions is not None
    digests = side.definitions.digests
    asked = compared & digests.kpis.keys()
    missing = sorted(kpi for kpi in asked if stands.kpis.get(kpi) != digests.kpis[kpi])
    places = {"warehouse": asked - set(missing), folder.name: missing}
    stale = {name for name in digests.needed_for(missing) if stands.nodes.get(name) != digests.nodes[name]}
    if missing:
        stale.add(UNION)
        folder.mkdir()
        copy = folder / storage.warehouse.name
        shutil.copyfile(storage.warehouse, copy)
        lookups = sorted(stale.intersection(digests.lookups))
        models = sorted(stale.difference(lookups))
        report = side.definitions.worker.call(
            "rebuild", folder, models, lookups, missing, side.definitions.after
        )
        for failure in report.failures():
            raise CouldNotRun(f"{side.name}: {failure.check} cannot be built: {failure.why}")
        connection.execute(f"attach {quoted(copy)} as {folder.name} (read_only)")
    side.values = " union all by name ".join(
        f"select * from {place}.kpi.kpis where kpi in ({', '.join(map(quoted, sorted(kpis)))})"
        for place, kpis in places.items()
        if kpis
    )
    return len(stale) if missing else 0


def _compared(
    connection: duckdb.DuckDBPyConnection, before: _Side, after: _Side, compared: set[str], built: int
) -> Diff:
    for table, side in {"before_values": before, "after_values": after}.items():
        columns = ", ".join((*KEY, *PARTS, "is_complete"))
        query = f"select {columns} from ({side.values or _NOTHING})"
        connection.execute(f"create temp table {table} as {query}")
    found = compare(connection)
    return Diff(
        before=before.name,
        after=after.name,
        kpis=tuple(_told(changes, before, after) for changes in found),
        compared=len(compared),
        unchanged=len(before.kpis.keys() | after.kpis.keys()) - len(found),
        built=built,
    )


def _told(changes: KpiChanges, before: _Side, after: _Side) -> KpiDiff:
    kpi = changes.kpi
    old, new = before.kpis.get(kpi), after.kpis.get(kpi)
    label, unit = (after.labels if new else before.labels).get(kpi, (kpi, None))
    if old is None or new is None:
        status, reason = ("new", "new KPI") if new else ("gone", "KPI no more")
        return KpiDiff(status, label, unit, reason, "", changes)
    both = KpiLineage(
        new.file,
        tuple(sorted({*old.parts, *new.parts})),
        tuple(sorted({*old.settings, *new.settings})),
        {**old.exports, **new.exports},
    )
    found = causes(both, before.facts, after.facts, {})
    if not found and before.definitions and after.definitions:
        return KpiDiff("changed", label, unit, DEFINITION, _SHARED, changes)
    return KpiDiff("changed", label, unit, *summed_up(found), changes)


_NOTHING = "select null as " + ", null as ".join((*KEY, *PARTS, "is_complete")) + " where false"
