"""Remembers in the warehouse what its tables were built from, so that a diff builds only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from runner.dbt.digests import Digests
from runner.dbt.stale import changed_tables, raw_marks
from runner.sql import insert_rows
from runner.state import State

_KINDS = ("nodes", "kpis")


@dataclass(frozen=True)
class Built:
    """The digests of the models and KPIs that stand in the warehouse."""

    nodes: Mapping[str, str]
    kpis: Mapping[str, str]


def write_built(connection: duckdb.DuckDBPyConnection, digests: Digests) -> None:
    """Note that all of the warehouse stands as `digests` say."""
    connection.execute("begin")
    connection.execute("create schema if not exists audit")
    connection.execute("create or replace table audit.built (kind varchar, name varchar, digest varchar)")
    told = [(kind, *each) for kind in _KINDS for each in getattr(digests, kind).items()]
    insert_rows(connection, "audit.built", told)
    connection.execute("commit")


def read_built(connection: duckdb.DuckDBPyConnection, state: State) -> Built:
    """What stands in the warehouse; nothing where its tables are of two ages, or other rows are loaded.

    state: what the last runs left behind.
    """
    if state.built is None or changed_tables(raw_marks(connection), state.built_from):
        return Built({}, {})
    try:
        noted = connection.execute("select kind, name, digest from audit.built").fetchall()
    except duckdb.CatalogException:
        return Built({}, {})
    nodes, kpis = ({name: digest for of, name, digest in noted if of == kind} for kind in _KINDS)
    return Built(nodes, kpis)
