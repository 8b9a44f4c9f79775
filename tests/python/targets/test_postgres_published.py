"""The schema `published` of PostgreSQL, as its readers meet it while runs publish."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import psycopg2.extensions
import pytest
from portability.engines import Postgres

from runner.publish import KPI_COLUMNS
from runner.targets import _postgres_published as published
from runner.targets.postgres import set_sessions
from targets.published_files import DAYS, KPIS, write_published

READER = "marketing_kpis_reader"
COLLATION = "pg_c_utf8"
MOMENTS = int(os.environ.get("KILLS", "5"))
WHOLE = (
    "select min(value), max(value), count(*), (select run_id from published.run) from published.kpi_values"
)


@pytest.fixture
def publish(connect: Callable[..., Any], tmp_path: Path) -> Callable[..., None]:
    """`publish(run, more='')`: publish a file of that run."""
    connection = connect()
    connection.autocommit = True
    connection.cursor().execute(
        "create schema raw; create table raw._target (name text primary key, value text)"
    )
    published.ensure_reader(connection, READER)

    def publish(run: int, **more: str) -> None:
        file = write_published(tmp_path / "kpis.duckdb", run, **more)
        published.prepare(connection, file, READER, COLLATION)()
        published.tidy(connection)

    return publish


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def whole(run: int) -> list[tuple[Any, ...]]:
    """What WHOLE gives where one run alone is met."""
    return [(pytest.approx(run), pytest.approx(run), DAYS * len(KPIS), str(run))]


def test_it_holds_what_the_file_holds(publish: Any, connect: Any, tmp_path: Path) -> None:
    publish(1)
    reader = connect()
    query = f"select {', '.join(KPI_COLUMNS)} from {{}}.kpi_values order by kpi, period_start"
    with duckdb.connect(str(tmp_path / "kpis.duckdb"), read_only=True) as file:
        assert rows(reader, query.format("published")) == file.execute(query.format("kpi")).fetchall()
        told = file.execute("select * from kpi.catalog").fetchall()
    assert rows(reader, "select * from published.catalog") == told
    assert rows(reader, "select count(*) from published.open_rate") == [(DAYS,)]


def test_comments_come_along(publish: Any, connect: Any) -> None:
    publish(1)
    told = rows(
        connect(),
        "select obj_description('published.catalog'::regclass),"
        " col_description('published.kpi_values'::regclass, 8)",
    )
    assert told == [("What each KPI's about.", "Never rounded.")]


def test_a_view_that_postgresql_does_not_read_is_published_as_a_table(publish: Any, connect: Any) -> None:
    more = "create view kpi.odd as select first(kpi order by kpi desc) as k from kpi.kpis;"
    for run in (1, 2):
        publish(run, more=more)
        assert rows(connect(), "select k from published.odd") == [("open_rate",)]


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_no_reader_waits_or_meets_two_runs(publish: Any, connect: Any, isolation: str) -> None:
    publish(0)
    reader = connect()
    stop, met, faults = threading.Event(), set(), []

    def read() -> None:
        with reader.cursor() as cursor:
            cursor.execute(f"set session characteristics as transaction isolation level {isolation}")
            cursor.execute(f"set statement_timeout = '5s'; prepare whole as {WHOLE}")
            reader.commit()
            while not stop.is_set():
                cursor.execute("execute whole")
                first = cursor.fetchall()
                cursor.execute("execute whole" if isolation != "read committed" else WHOLE)
                again = cursor.fetchall()
                reader.commit()
                met.add(first[0][3])
                alike = first == again or isolation == "read committed"
                if not alike or any(told != whole(int(told[0][3])) for told in (first, again)):
                    faults.append((first, again))

    reading = threading.Thread(target=read)
    reading.start()
    for run in range(1, 21):
        publish(run)
    stop.set()
    reading.join()
    assert not faults
    assert len(met) > 2, "the reader met no publishing"


def test_an_open_cursor_and_an_older_snapshot_go_on_with_their_run(publish: Any, connect: Any) -> None:
    publish(1)
    held, snapshot = connect(), connect()
    cursor = held.cursor("held")
    cursor.itersize = 10
    cursor.execute("select value from published.kpi_values")
    first = [next(cursor)[0]]
    snapshot.set_session(isolation_level="REPEATABLE READ")
    assert rows(snapshot, WHOLE) == whole(1)
    publish(2)
    assert {round(value) for value in first + [row[0] for row in cursor]} == {1}
    assert rows(snapshot, WHOLE) == whole(1)
    snapshot.commit()
    assert rows(snapshot, WHOLE) == whole(2)


def test_new_columns_are_published_while_an_old_table_is_held(publish: Any, connect: Any) -> None:
    publish(1)
    held = connect()
    assert rows(held, WHOLE) == whole(1)  # its transaction stays open
    snapshot = connect()
    snapshot.set_session(isolation_level="REPEATABLE READ")
    rows(snapshot, "select 1")
    publish(2, more="alter table kpi.catalog add column owner varchar default 'Growth';")
    assert rows(snapshot, WHOLE) == whole(2), "an older snapshot meets the new tables, not empty ones"
    assert rows(connect(), "select owner from published.catalog") == [("Growth",)]
    held.rollback()
    publish(3, more="alter table kpi.catalog add column owner varchar default 'Growth';")
    schemas = rows(connect(), "select nspname from pg_namespace where nspname like 'published%'")
    assert schemas == [("published",)]


def test_what_fails_before_the_end_leaves_the_last_run(
    publish: Any, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(1)
    for step in ("_create", "_create_view", "_comment", "_put_in_place", "_exchange"):
        with monkeypatch.context() as patch:

            def killed(*_: Any, **__: Any) -> None:
                raise KeyboardInterrupt

            patch.setattr(published, step, killed)
            with pytest.raises(KeyboardInterrupt):
                publish(2)
        assert rows(connect(), WHOLE) == whole(1), step
    publish(3)
    assert rows(connect(), WHOLE) == whole(3)


@pytest.mark.parametrize("more", ["", "alter table kpi.catalog add column owner varchar default 'Growth';"])
def test_a_publisher_killed_at_any_statement_leaves_one_whole_run(
    publish: Any, connect: Any, server: Postgres, database: str, tmp_path: Path, more: str
) -> None:
    """kill -9, at moments spread over all statements: of an exchange of rows, and of a new schema."""
    publish(1)
    statements = multiprocessing.get_context("fork").Value("i", 0)

    def publish_until(moment: int) -> None:
        class Counted(psycopg2.extensions.cursor):
            def execute(self, *arguments: Any) -> None:
                super().execute(*arguments)
                statements.value += 1
                if statements.value == moment:
                    os.kill(os.getpid(), signal.SIGKILL)

        connection = server.connect(database)
        connection.autocommit = True
        connection.cursor_factory = Counted
        file = write_published(tmp_path / "killed.duckdb", 2, more=more)
        published.prepare(connection, file, READER, COLLATION)()
        published.tidy(connection)

    def killed_at(moment: int) -> int | None:
        statements.value = 0
        process = multiprocessing.get_context("fork").Process(target=publish_until, args=(moment,))
        process.start()
        process.join()
        return process.exitcode

    assert killed_at(0) == 0
    last, met = statements.value, {2}
    for moment in sorted({1 + (last - 1) * n // (MOMENTS - 1) for n in range(MOMENTS)}):
        if 2 in met:
            publish(1)
        assert killed_at(moment) == -signal.SIGKILL
        told = rows(connect(), WHOLE)
        met = {int(told[0][3])}
        assert told == whole(*met), moment
    assert met == {2}, "what was published before the last statement stays"
    publish(3)
    assert rows(connect(), WHOLE) == whole(3)


def test_unchanged_series_are_not_written_again(publish: Any, connect: Any) -> None:
    publish(1)
    before = rows(connect(), "select xmin::text, kpi from published.kpi_series order by kpi")
    publish(
        1,
        more="update kpi.kpi_values set value = 7 where kpi = 'click_rate' and period_start = '2025-02-01';",
    )
    after = rows(connect(), "select xmin::text, kpi from published.kpi_series order by kpi")
    assert before[1] == after[1]
    assert before[0] != after[0]
    assert rows(connect(), "select count(*) from published.kpis where value = 7") == [(1,)]


def test_the_readers_role_reads_what_is_published_and_nothing_else(publish: Any, connect: Any) -> None:
    publish(1)
    admin = connect()
    admin.autocommit = True
    admin.cursor().execute(
        f"create schema core; create table core.people (email text); alter role {READER} login"
    )
    reader = connect(READER)
    reader.autocommit = True
    assert rows(reader, WHOLE) == whole(1)
    assert rows(reader, "select count(*) from published.open_rate") == [(DAYS,)]
    for refused in (
        "select * from core.people",
        "select * from raw._target",
        "delete from published.kpi_series",
        "create table published.mine (a int)",
        "create table public.mine (a int)",
        "create schema mine",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            reader.cursor().execute(refused)


def test_sessions_of_whoever_runs_the_models_sort_in_memory_and_wait_for_no_disk(connect: Any) -> None:
    admin = connect()
    admin.autocommit = True
    admin.cursor().execute("create role kpis login; alter role kpis set work_mem = '8MB'")
    try:
        for asked, then in (("64MB", "64MB"), ("16MB", "64MB")):
            ours = connect("kpis")
            ours.autocommit = True
            set_sessions(ours, asked)
            names = ("work_mem", "jit", "enable_nestloop", "synchronous_commit")
            told = ", ".join(f"current_setting('{name}')" for name in names)
            assert rows(connect("kpis"), f"select {told}") == [(then, "off", "off", "off")]
        assert rows(connect(), "select current_setting('work_mem')") != [("64MB",)], "others keep theirs"
    finally:
        admin.cursor().execute("drop role kpis")
