"""What each KPI stands on, as a table of the published file."""

from __future__ import annotations

import json

import duckdb

from runner.dbt.lineage import KpiLineage, Lineage
from runner.results import Run
from runner.settings import Settings
from runner.sql import insert_rows

DEFINITION = "definition"
SETTING = "setting"
EXPORT = "export"


def write_lineage(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Create `kpi.lineage` in the current database: one row per KPI and thing that it stands on.

    A definition has its hash beside it, a setting its value, an export the ways in which it is reached.
    Without `run.lineage` the table is empty.
    """
    connection.execute("create table kpi.lineage (kpi varchar, kind varchar, name varchar, detail varchar)")
    if run.lineage is None:
        return
    rows = [
        (kpi, kind, name, detail)
        for kpi, stands_on in sorted(run.lineage.kpis.items())
        for kind, things in _things(stands_on, run.lineage, run.settings).items()
        for name, detail in things.items()
    ]
    insert_rows(connection, "kpi.lineage", rows)


def _things(stands_on: KpiLineage, lineage: Lineage, settings: Settings) -> dict[str, dict[str, str]]:
    in_force = settings.variables_in_force
    return {
        DEFINITION: {part: lineage.digests[part] for part in stands_on.parts},
        SETTING: {name: json.dumps(in_force.get(name), default=str) for name in stands_on.settings},
        EXPORT: {export: ", ".join(ways) for export, ways in stands_on.exports.items()},
    }
