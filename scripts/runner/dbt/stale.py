"""What stands on raw tables that changed since the models last passed: only that is built and tested anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

# What the runner itself tells models, by the table's name.
OWN_TABLES: Mapping[str, str] = {
    "_run": "select md5(string_agg(cast(t as varchar), '|')) from raw._run as t",
    # Models read the names of files only beside the rows of their export, which has a mark of its own.
    "_files": "select md5(string_agg(told, '|' order by told)) from"
    " (select distinct concat_ws(' ', source, export, lacking) as told from raw._files)",
    "_former_addresses": "select md5(string_agg(cast(t as varchar), '|' order by t))"
    " from raw._former_addresses as t",
}
_EXPORTS = """
    select source || '__' || export, md5(string_agg(cast(t as varchar), '|' order by file))
    from raw._files as t group by all
"""


@dataclass(frozen=True)
class Stale:
    """The ids of the tables and the data tests to be built, and how many tests stand.

    hubs: (schema, name) of the tables among them whose content, where it comes out as it was, ends the
    change: meta `stops_changes`.
    """

    tables: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    standing_tests: int = 0
    hubs: tuple[tuple[str, str], ...] = ()


def raw_marks(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """A mark of each raw table that models read, by the table's name: another mark, other rows."""
    marks = dict(connection.execute(_EXPORTS).fetchall())
    for table, query in OWN_TABLES.items():
        marks[table] = str(connection.execute(query).fetchall()[0][0])
    return marks


def changed_tables(now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """The raw tables with other marks than before, those that came and those that went."""
    return tuple(sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name)))


def find_stale(
    manifest: Any,
    changed: Collection[str],
    *,
    settled: Collection[str] = (),
    built: Collection[str] = (),
    before_hubs: bool = False,
) -> Stale:
    """What stands on the raw tables `changed`.

    settled: names of hubs that hold what they held, beyond which nothing has changed. built: ids of tables
    that have been built already. before_hubs: only the tables up to and including the hubs, without
    tests.
    """
    manifest.build_parent_and_child_maps()
    starts = [key for key, source in manifest.sources.items() if source.name in changed]
    reached = _reached(starts, manifest.child_map, [_key(manifest, name) for name in settled])
    nodes = {key: manifest.nodes[key] for key in reached if key in manifest.nodes}
    tables = {key: node for key, node in nodes.items() if _is_table(node)}
    hubs = {key: node for key, node in tables.items() if (node.config.meta or {}).get("stops_changes")}
    if before_hubs:
        needed = _reached(list(hubs), manifest.parent_map)
        tables = {key: node for key, node in tables.items() if key in needed}
    is_test = {key: node.resource_type == "test" for key, node in manifest.nodes.items()}
    asked = [] if before_hubs else [node for key, node in nodes.items() if is_test[key]]
    tests = [test for test in asked if _looks_at_what_changed(manifest, test, reached)]
    return Stale(
        tables=tuple(sorted(tables.keys() - built)),
        tests=tuple(sorted(test.unique_id for test in tests)),
        standing_tests=sum(is_test.values()) - len(tests),
        hubs=tuple(sorted((node.schema, node.alias) for node in hubs.values())),
    )


def _reached(
    starts: Collection[str], neighbours: Mapping[str, Collection[str]], ends: Collection[str] = ()
) -> set[str]:
    """Every node from `starts` on, them too; beyond those of `ends` only by other ways."""
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead.extend(() if node in ends else neighbours.get(node, ()))
    return reached


def _looks_at_what_changed(manifest: Any, test: Any, reached: Collection[str]) -> bool:
    """Whether a test of what was reached looks at what changed.

    A test of one part of a union (meta `is_union`), such as that of a KPI's shape, may look at the part's
    rows in the union: these are as they were where the part is, and the tables that the union reads beside.
    """
    part = getattr(test, "attached_node", None)
    for union in test.depends_on.nodes:
        node, read = manifest.nodes.get(union), manifest.parent_map[union]
        if node and (node.config.meta or {}).get("is_union") and part in read:
            beside = [key for key in read if key not in manifest.nodes or _is_table(manifest.nodes[key])]
            return part in reached or any(key in reached for key in beside)
    return True


def _is_table(node: Any) -> bool:
    return bool(node.resource_type == "model" and node.config.materialized != "view")


def _key(manifest: Any, name: str) -> str:
    return next(str(key) for key, node in manifest.nodes.items() if _is_table(node) and node.name == name)
