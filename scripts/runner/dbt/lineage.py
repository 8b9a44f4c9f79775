"""What each KPI stands on: models, lookups, macros, settings and exports, as dbt's manifest knows them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from runner.dbt.macros import OwnMacros

DIRECT = "direct"
# What is reached through these models alone tells of rates or of who is who, not of what is counted.
_SIDEWAYS = {"exchange_rates": "exchange rate", "identities": "identity merged"}
_OF_THE_RUNNER = {"kpi_rows", "only_kpis"}  # variables by which the runner asks, which are no setting
_VARIABLE_READ = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")


@dataclass(frozen=True)
class KpiLineage:
    """What one KPI stands on.

    parts: names in `Lineage.digests`. settings: those that its SQL reads. exports: by raw table, how they
    are reached: direct, or only by way of exchange rates or of who is who.
    """

    file: str
    parts: tuple[str, ...]
    settings: tuple[str, ...]
    exports: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Lineage:
    """digests: by file, or `macro NAME`, the hash of what stands there. kpis: by name."""

    digests: Mapping[str, str] = field(default_factory=dict)
    kpis: Mapping[str, KpiLineage] = field(default_factory=dict)


def read_lineage(manifest: Any) -> Lineage:
    """The lineage of every model that declares itself a KPI in its YAML."""
    digests: dict[str, str] = {}
    macros = OwnMacros(manifest)
    kpis = {
        node.name: _of_kpi(manifest, macros, node, digests)
        for node in manifest.nodes.values()
        if node.resource_type == "model" and (node.config.meta or {}).get("kpi")
    }
    return Lineage(digests, kpis)


@cache
def settings_read(text: str) -> frozenset[str]:
    """The settings that a text of SQL reads; many KPIs ask for the same texts."""
    return frozenset(set(_VARIABLE_READ.findall(text)) - _OF_THE_RUNNER)


def _of_kpi(manifest: Any, macros: OwnMacros, kpi: Any, digests: dict[str, str]) -> KpiLineage:
    parts, texts = set(), []
    exports: dict[str, set[str]] = {}
    for node, ways in _upstream(manifest, kpi.unique_id).items():
        if node in manifest.sources:
            source = manifest.sources[node]
            export = (source.config.meta or {}).get("export")
            if export is None:
                continue
            exports[source.name] = ways
            name = f"{source.original_file_path}: {source.name}"
            if name not in digests:
                digests[name] = _digest({"export": export, "columns": _columns(source)})
        else:
            found = manifest.nodes[node]
            name = found.original_file_path
            digests[name] = found.checksum.checksum
            texts.append(found.raw_code or "")
        parts.add(name)
    for macro in macros.called_by(texts).values():
        name = f"{macro.original_file_path}: {macro.name}"
        digests[name] = _digest(macro.macro_sql)
        texts.append(macro.macro_sql)
        parts.add(name)
    settings = set().union(*map(settings_read, texts))
    reached = {table: tuple(sorted(ways)) for table, ways in sorted(exports.items())}
    return KpiLineage(kpi.original_file_path, tuple(sorted(parts)), tuple(sorted(settings)), reached)


def _upstream(manifest: Any, start: str) -> dict[str, set[str]]:
    """Every node that `start` stands on, itself too, each with the ways in which it is reached."""
    ways: dict[str, set[str]] = {}
    ahead = [(start, DIRECT)]
    while ahead:
        node, way = ahead.pop()
        if node in manifest.nodes:
            way = _SIDEWAYS.get(manifest.nodes[node].name, way) if way == DIRECT else way
        if way in ways.setdefault(node, set()):
            continue
        ways[node].add(way)
        if node in manifest.nodes:
            parents = getattr(manifest.nodes[node].depends_on, "nodes", ())  # a lookup has none
            ahead.extend((parent, way) for parent in parents)
    return ways


def _columns(source: Any) -> list[Any]:
    return [[name, column.data_type, column.config.meta] for name, column in source.columns.items()]


def _digest(what: Any) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()
