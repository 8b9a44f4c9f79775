"""What decides on each model's rows but the exports' content, as a digest: equal digests, equal rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runner.dbt.lineage import settings_read
from runner.dbt.macros import OwnMacros

UNION = "kpis"  # the model in which every KPI ends
SINCE = "measured_since"  # and the one that says from when on each has values


@dataclass(frozen=True)
class Digests:
    """nodes: of every model and lookup by name, with all that it stands on. kpis: of each KPI's values.

    parents: by name, the models and lookups that one reads.
    """

    nodes: Mapping[str, str]
    kpis: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]
    lookups: tuple[str, ...]

    def needed_for(self, kpis: Collection[str]) -> set[str]:
        """The models and lookups that the union of all KPIs needs, to hold no more than `kpis`."""
        found: set[str] = set()
        ahead = [UNION]
        while ahead:
            name = ahead.pop()
            if name not in found and (name not in self.kpis or name in kpis):
                found.add(name)
                ahead.extend(self.parents.get(name, ()))
        return found


def read_digests(manifest: Any, variables: Mapping[str, Any]) -> Digests:
    """The digests of a project under `variables`, its settings in force."""
    graph = _Graph(manifest, variables)
    kinds = ("model", "seed")
    nodes = {n.name: n.unique_id for n in manifest.nodes.values() if n.resource_type in kinds}
    kpis = {
        node.name: graph.of_kpi(node)
        for node in manifest.nodes.values()
        if node.resource_type == "model" and (node.config.meta or {}).get("kpi")
    }
    return Digests(
        nodes={name: graph.of_node(unique_id) for name, unique_id in nodes.items()},
        kpis=kpis,
        parents={name: graph.names_of_parents(unique_id) for name, unique_id in nodes.items()},
        lookups=tuple(n.name for n in manifest.nodes.values() if n.resource_type == "seed"),
    )


class _Graph:
    def __init__(self, manifest: Any, variables: Mapping[str, Any]) -> None:
        self._manifest, self._variables = manifest, variables
        self._macros = OwnMacros(manifest)
        self._nodes: dict[str, str] = {}
        self._owns: dict[str, str] = {}

    def of_node(self, unique_id: str) -> str:
        """The digest of a node and of all that it stands on."""
        if unique_id not in self._nodes:
            parents = [self.of_node(parent) for parent in sorted(self._parents(unique_id))]
            self._nodes[unique_id] = _digest([self._own(unique_id), parents])
        return self._nodes[unique_id]

    def of_kpi(self, node: Any) -> str:
        """The digest of a KPI's values: its view, and what the union of all KPIs does with it."""
        told: list[Any] = [self.of_node(node.unique_id), node.config.meta["kpi"].get("needs")]
        told.append(node.config.meta["kpi"].get("entities"))
        for name in (UNION, SINCE):
            union = self._by_name.get(name)
            if union is None:
                continue
            told.append(self._own(union, without_kpis=True))
            others = self._parents(union) - self._kpis - {self._by_name.get(SINCE)}
            told += [self.of_node(parent) for parent in sorted(others)]
        return _digest(told)

    def names_of_parents(self, unique_id: str) -> tuple[str, ...]:
        """The models and lookups that a node reads."""
        parents = sorted(self._parents(unique_id) & self._manifest.nodes.keys())
        return tuple(self._manifest.nodes[parent].name for parent in parents)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {n.name: n.unique_id for n in self._manifest.nodes.values() if n.resource_type == "model"}

    @cached_property
    def _kpis(self) -> set[str]:
        nodes = self._manifest.nodes.values()
        return {node.unique_id for node in nodes if (node.config.meta or {}).get("kpi")}

    @cached_property
    def _catalog(self) -> list[Any]:
        """What the YAML and the shape say of every KPI, which a few models read."""
        nodes = (self._manifest.nodes[unique_id] for unique_id in sorted(self._kpis))
        return [[node.name, node.description, node.config.meta, node.checksum.checksum] for node in nodes]

    def _parents(self, unique_id: str) -> set[str]:
        if unique_id not in self._manifest.nodes:
            return set()
        # A lookup has none.
        return set(getattr(self._manifest.nodes[unique_id].depends_on, "nodes", ()))

    def _own(self, unique_id: str, *, without_kpis: bool = False) -> str:
        """The digest of what stands in a node itself. without_kpis: whichever KPIs there are."""
        key = f"{unique_id} {without_kpis}"
        if key not in self._owns:
            self._owns[key] = _digest(self._told(unique_id, without_kpis=without_kpis))
        return self._owns[key]

    def _told(self, unique_id: str, *, without_kpis: bool) -> list[Any]:
        if unique_id in self._manifest.sources:
            source = self._manifest.sources[unique_id]
            columns = [[name, c.data_type, c.config.meta] for name, c in source.columns.items()]
            return [source.name, (source.config.meta or {}).get("export"), columns]
        node = self._manifest.nodes[unique_id]
        text = node.raw_code or node.checksum.checksum
        if without_kpis:
            names = "|".join(sorted(re.escape(kpi.rsplit(".", 1)[-1]) for kpi in self._kpis))
            text = re.sub(rf"\s*(['\"])(?:{names})\1\s*,?", "", text)
        macros = {name: macro.macro_sql for name, macro in self._macros.called_by([text]).items()}
        settings = set().union(*map(settings_read, (text, *macros.values())))
        told = [
            node.name,
            text,
            node.config.materialized,
            macros,
            {s: self._variables.get(s) for s in settings},
        ]
        return [*told, self._catalog] if "kpi_nodes" in macros and not without_kpis else told


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
