"""DuckDB: dbt builds in the working file itself, and a second file is what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from runner.publish import publish_file, run_id
from runner.results import Run
from runner.sql import name_quoted
from runner.storage import Storage
from runner.targets.protocol import Action, Target


@dataclass(frozen=True)
class DuckDB:
    """Two files in the output folder: the warehouse, and what is published."""

    storage: Storage

    @property
    def readers_meet(self) -> str:
        return ""

    def hold(self) -> AbstractContextManager[None]:
        return nullcontext()  # the lock of the folder is that of its files

    def environment(self) -> Mapping[str, str]:
        return {
            "MARKETING_KPIS_WAREHOUSE": str(self.storage.warehouse),
            "MARKETING_KPIS_MEMORY": self.storage.memory,
        }

    def scratch(self, folder: Path) -> Mapping[str, str]:
        return DuckDB(Storage(folder, self.storage.memory)).environment()

    def database(self, environment: Mapping[str, str]) -> str:
        return Path(environment["MARKETING_KPIS_WAREHOUSE"]).stem

    def stands(self) -> bool:
        return run_id(self.storage.published) is not None

    def receive(self, tables: Mapping[str, Sequence[str]], *, afresh: bool) -> bool:  # noqa: ARG002
        return True

    def act(self, action: Action) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        handle = DuckDBConnectionManager.env().handle()
        try:
            action.act(handle.cursor())
        finally:
            handle.close()

    def fetch(self) -> None:
        pass

    def contents(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        with self.storage.reading() as connection:
            for schema, name in tables:
                query = f"select count(*), sum(hash(t)) from {name_quoted(schema)}.{name_quoted(name)} as t"
                try:
                    found[schema, name] = connection.execute(query).fetchone()
                except duckdb.CatalogException:
                    found[schema, name] = None
        return found

    def example(self, query: str) -> Mapping[str, Any] | None:
        with self.storage.reading() as connection:
            try:
                cursor = connection.execute(query)
                row = cursor.fetchone()
            except duckdb.Error:
                return None
            if row is None or cursor.description is None:
                return None
            return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}

    def publish(self, run: Run) -> Path:
        return publish_file(self.storage.warehouse, self.storage.published, run, self.storage.history)

    def release(self) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()


def open_target(storage: Storage) -> Target:
    """The target over a folder's files."""
    return DuckDB(storage)
