"""PostgreSQL: dbt builds in a database of its own, whose schema `published` is what readers meet."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CouldNotRun, Locked, UsageError
from runner.publish import publish_file, run_id
from runner.results import Run
from runner.sql import name_quoted, quoted
from runner.storage import Storage
from runner.targets import _postgres_published as published
from runner.targets._postgres_tables import receive_table, send_table
from runner.targets.protocol import Action, Target

try:
    import psycopg2
except ModuleNotFoundError:
    raise UsageError(
        "--target postgres needs the packages of the extra `postgres`:"
        " pip install 'dbt-postgres>=1.10,<2', or `make .venv/.locked`, which brings them."
    ) from None

_LOCK = 0x6D6B7069  # "mkpi": one run at a time in a database
# Texts compare as DuckDB compares them, by code point, whatever the database's own collation.
_COLLATIONS = ("pg_c_utf8", "C.utf8", "C.UTF-8")
_BUILTIN_LOCALES = 17_00_00  # the server's version
_MARKS = """
create schema if not exists raw;
create table if not exists raw._target (name text primary key, value text)
"""
_VARIABLES = {
    "MARKETING_KPIS_PG_HOST": "localhost",
    "MARKETING_KPIS_PG_PORT": "5432",
    "MARKETING_KPIS_PG_USER": "postgres",
    "MARKETING_KPIS_PG_PASSWORD": "",
    "MARKETING_KPIS_PG_DATABASE": "marketing_kpis",
    "MARKETING_KPIS_PG_SSLMODE": "prefer",
    "MARKETING_KPIS_PG_READER": "marketing_kpis_reader",
    "MARKETING_KPIS_PG_WORK_MEMORY": "128MB",
}
_WORK_MEMORY = "MARKETING_KPIS_PG_WORK_MEMORY"
_OFF = ("jit", "enable_mergejoin", "enable_nestloop", "synchronous_commit")  # of a run's sessions
_DATABASE, _COLLATION = "MARKETING_KPIS_PG_DATABASE", "MARKETING_KPIS_PG_COLLATION"


@dataclass
class Postgres:
    """A database for the runs of one folder at a time; the folder's own files are the working memory."""

    storage: Storage
    _settings: dict[str, str] = field(default_factory=dict)
    _held: Any = None

    def __post_init__(self) -> None:
        self._settings = {name: os.environ.get(name, usual) for name, usual in _VARIABLES.items()}

    @property
    def readers_meet(self) -> str:
        return f"the schema {published.SCHEMA} of {self._told}"

    @contextmanager
    def hold(self) -> Iterator[None]:
        with self._open(self._settings[_DATABASE], autocommit=True) as self._held:
            self._check_encoding()
            if not self._one("select pg_try_advisory_lock(%s)", _LOCK):
                raise Locked(f"Another run{self._holder()} is at work in {self._told}; wait for it.")
            self._held.cursor().execute(_MARKS)
            published.ensure_reader(self._held, self._reader)
            set_sessions(self._held, self._settings[_WORK_MEMORY])
            # What is published, and with it all before, is on the disk when the run says so.
            self._held.cursor().execute("set synchronous_commit = on")
            self._finish_publishing()
            yield

    def environment(self) -> Mapping[str, str]:
        if _COLLATION not in self._settings:
            with self._open(self._settings[_DATABASE]) as connection, connection.cursor() as cursor:
                cursor.execute("select collname from pg_collation where collname = any(%s)", [[*_COLLATIONS]])
                there = {row[0] for row in cursor.fetchall()}
            found = [name for name in _COLLATIONS if name in there]
            if not found:
                raise CouldNotRun(
                    f"{self._told} has no collation by code point ({', '.join(_COLLATIONS)}): PostgreSQL 17"
                    " and newer have one, older ones where the server's system has the locale C.UTF-8."
                )
            self._settings[_COLLATION] = found[0]
        return self._settings

    def scratch(self, folder: Path) -> Mapping[str, str]:  # noqa: ARG002
        usual = self._settings[_DATABASE]
        name = os.environ.get("MARKETING_KPIS_PG_UNIT_TESTS_DATABASE", f"{usual}_unit_tests")
        with self._open(usual, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [name])
            if not cursor.fetchone():
                locale = (
                    "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
                    if connection.server_version >= _BUILTIN_LOCALES
                    else "locale_provider libc lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
                )
                try:
                    cursor.execute(
                        f"create database {name_quoted(name)} template template0 encoding 'UTF8' {locale}"
                    )
                except psycopg2.Error as error:
                    raise CouldNotRun(
                        f"The unit tests need a database of their own beside {self._told}, and it cannot be"
                        f" made ({_first_line(error)}): have one made, with `create database {name} owner"
                        f" {self._settings['MARKETING_KPIS_PG_USER']}`."
                    ) from error
        with self._open(name, autocommit=True) as connection, connection.cursor() as cursor:
            set_sessions(connection, self._settings[_WORK_MEMORY])
            cursor.execute(
                "select nspname from pg_namespace where nspname !~ '^pg_|^information_schema$|^public$'"
            )
            for (schema,) in cursor.fetchall():
                cursor.execute(f"drop schema {name_quoted(schema)} cascade")
        return {**self.environment(), _DATABASE: name}

    def database(self, environment: Mapping[str, str]) -> str:
        return environment[_DATABASE]

    def stands(self) -> bool:
        if not self.storage.published.is_file():
            return False
        return published.run_id(self._held) == run_id(self.storage.published)

    def receive(self, tables: Mapping[str, Sequence[str]], *, afresh: bool) -> bool:
        writer = f"{socket.gethostname()}:{self.storage.output}"
        with self._both() as (local, remote, cursor, folder):
            collation = self.environment()[_COLLATION]
            stands = [
                send_table(local, cursor, table, columns, collation, folder, afresh=afresh)
                for table, columns in tables.items()
            ]
            cursor.execute("select value from raw._target where name = 'writer'")
            before = cursor.fetchone()
            cursor.execute(
                "insert into raw._target values ('writer', %s)"
                " on conflict (name) do update set value = excluded.value",
                [writer],
            )
            if not all(stands) or before != (writer,):
                cursor.execute("delete from raw._target where name = 'built'")
            cursor.execute(
                "select to_regclass('kpi.kpis') is not null"
                " and exists (select 1 from raw._target where name = 'built')"
            )
            still_stands: bool = cursor.fetchone()[0]
            remote.commit()
        return still_stands

    def act(self, action: Action) -> None:
        with self._both() as (local, remote, cursor, folder):
            for table in action.reads:
                schema, name = table.split(".")
                receive_table(local, cursor, schema, name, folder)
            action.act(local)
            collation = self.environment()[_COLLATION]
            for table in action.writes:
                send_table(local, cursor, table.removeprefix("raw."), (), collation, folder, afresh=False)
            remote.commit()

    def fetch(self) -> None:
        with self._both() as (local, _, cursor, folder):
            for schema, table in _read_by_the_runner(cursor):
                receive_table(local, cursor, schema, table, folder)

    def contents(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        with self._open(self._settings[_DATABASE]) as connection, connection.cursor() as cursor:
            for schema, name in tables:
                table = f"{name_quoted(schema)}.{name_quoted(name)}"
                cursor.execute("select to_regclass(%s) is not null", [table])
                if cursor.fetchone()[0]:
                    rows = f"select count(*), sum(hashtextextended(cast(t as text), 0)) from {table} as t"
                    cursor.execute(rows)
                    found[schema, name] = cursor.fetchone()
                else:
                    found[schema, name] = None
        return found

    def example(self, query: str) -> Mapping[str, Any] | None:
        with self._open(self._settings[_DATABASE]) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(query)
                row = cursor.fetchone()
            except psycopg2.Error:
                return None
            return (
                None
                if row is None
                else {c.name: value for c, value in zip(cursor.description, row, strict=True)}
            )

    def publish(self, run: Run) -> Path:
        def elsewhere(candidate: Path) -> Any:
            collation = self.environment()[_COLLATION]
            return published.prepare(self._held, candidate, self._reader, collation)

        files = (self.storage.warehouse, self.storage.published, run, self.storage.history)
        try:
            put = publish_file(*files, elsewhere=elsewhere)
        except psycopg2.Error as error:
            raise self._broken_off(error) from error
        with suppress(psycopg2.Error):  # it has been published
            self._held.cursor().execute(
                "insert into raw._target values ('built', '') on conflict (name) do nothing"
            )
            published.tidy(self._held)
        return put

    def release(self) -> None:
        from dbt.adapters.factory import cleanup_connections

        cleanup_connections()

    @property
    def _reader(self) -> str:
        return self._settings["MARKETING_KPIS_PG_READER"]

    @property
    def _told(self) -> str:
        """The database in words."""
        host, port = (self._settings[f"MARKETING_KPIS_PG_{part}"] for part in ("HOST", "PORT"))
        return f"the database {self._settings[_DATABASE]} on {host}:{port}"

    @contextmanager
    def _both(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Any, Any, Path]]:
        """The working file, a connection and a cursor to the database, and a folder for what goes between."""
        with (
            self.storage.writing() as local,
            self._open(self._settings[_DATABASE]) as remote,
            remote.cursor() as cursor,
            tempfile.TemporaryDirectory(dir=self.storage.output) as folder,
        ):
            yield local, remote, cursor, Path(folder)

    @contextmanager
    def _open(self, database: str, *, autocommit: bool = False) -> Iterator[Any]:
        """A connection for as long as the block runs; what was not committed is undone."""
        host, port, user, password = (
            self._settings[f"MARKETING_KPIS_PG_{part}"] for part in ("HOST", "PORT", "USER", "PASSWORD")
        )
        try:
            connection = psycopg2.connect(
                host=host,
                port=port,
                user=user,
                password=password or None,
                dbname=database,
                sslmode=self._settings["MARKETING_KPIS_PG_SSLMODE"],
                application_name=f"marketing-kpis {socket.gethostname()} {os.getpid()}",
                client_encoding="UTF8",
            )
        except psycopg2.Error as error:
            raise CouldNotRun(f"{self._told} cannot be reached: {_first_line(error)}") from error
        with closing(connection):
            with connection.cursor() as cursor:
                cursor.execute("set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set extra_float_digits = 1")
            connection.commit()
            connection.autocommit = autocommit
            try:
                yield connection
            except psycopg2.Error as error:
                raise self._broken_off(error) from error

    def _broken_off(self, error: psycopg2.Error) -> CouldNotRun:
        return CouldNotRun(f"{self._told} broke off: {_first_line(error)}. What was published stands.")

    def _one(self, query: str, *values: object) -> Any:
        with self._held.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
            return row[0] if row else None

    def _check_encoding(self) -> None:
        encoding = self._one("show server_encoding")
        if encoding != "UTF8":
            raise CouldNotRun(f"{self._told} is encoded in {encoding}: make one with `encoding 'UTF8'`.")

    def _holder(self) -> str:
        told = self._one(
            "select application_name || coalesce(' from ' || host(client_addr), '') || ', since '"
            " || to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'"
            " from pg_locks inner join pg_stat_activity using (pid)"
            " where locktype = 'advisory' and objid = %s and granted"
            " and database = (select oid from pg_database where datname = current_database())",
            _LOCK,
        )
        return f" ({told})" if told else ""

    def _finish_publishing(self) -> None:
        """Put the file in place that readers of the database meet already: a kill came between the two."""
        candidate = self.storage.published.with_name(f"{self.storage.published.name}.candidate")
        stands = published.run_id(self._held)
        if candidate.is_file() and stands is not None and run_id(candidate) == stands:
            candidate.replace(self.storage.published)


def open_target(storage: Storage) -> Target:
    """The target over a folder's files and the database that the environment names."""
    return Postgres(storage)


def set_sessions(connection: Any, work_memory: str) -> None:
    """Let this user's new sessions in this database plan for whole tables, and wait for no disk.

    A model that reads many views has thousands of expressions, most of them for a few rows: compiling those
    of `campaign_names` took a server with LLVM 155 of 160 seconds. And a server's usual 4 MB for a sort are
    few for whole tables; where it gives more than `work_memory`, that stays. Of a step's rows PostgreSQL
    expects one where there are thousands, and then meets each with all of another: `sessions` took 20 seconds
    so and 0.1 by a hash. A thousand small transactions make a run: where the server stops amid them, those
    of its last second are built anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_database(), pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)",
            [work_memory],
        )
        name, is_little = cursor.fetchone()
        ours = f"alter role current_user in database {name_quoted(name)} set"
        for setting in _OFF:
            cursor.execute(f"select current_setting('{setting}') <> 'off'")
            if cursor.fetchone()[0]:
                cursor.execute(f"{ours} {setting} = off")
        if is_little:
            cursor.execute(f"{ours} work_mem = {quoted(work_memory)}")


def _read_by_the_runner(cursor: Any) -> list[tuple[str, str]]:
    """What of the database the audits, the history and the published file read."""
    cursor.execute("select to_regclass('kpi.catalog') is not null")
    kpis = "(select kpi from kpi.catalog)" if cursor.fetchone()[0] else "('')"
    cursor.execute(
        "select table_schema, table_name from information_schema.tables"
        f" where table_schema = 'kpi' and table_name not in {kpis}"
        " or table_schema = 'core' and table_name = 'set_aside' order by 1, 2"
    )
    return [(schema, table) for schema, table in cursor.fetchall()]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
