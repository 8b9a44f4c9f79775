"""Tables on their way to PostgreSQL and back, and the lock of its database."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.errors import CouldNotRun, Locked
from runner.targets import open_target
from runner.targets._postgres_tables import receive_table

ORDERS: dict[str, tuple[str, ...]] = {"shop__orders": (), "_files": ("source", "file")}


@pytest.fixture
def output(database: str, tmp_path: Path) -> Path:
    """An output folder whose working file holds two files' rows, of all that a cell can be."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as file:
        file.execute("""
            create schema raw;
            create table raw.shop__orders (
                id varchar, note varchar, amount double, rate decimal(28, 10), made_at timestamp, day date,
                is_paid boolean, pieces bigint, _file varchar, _row bigint
            );
            insert into raw.shop__orders values
                ('1', 'a "b", c', 0.1, 1.5, '2025-01-01 10:00:00.123456', '2025-01-01', true, 1, 'a.csv', 1),
                ('2', '', 1e-300, null, null, null, false, -9223372036854775807, 'a.csv', 2),
                ('3', null, 1.7976931348623157e308, 0, '9999-12-31 00:00:00', '0001-01-01', null, null,
                    'b''s.csv', 1),
                ('4', 'two' || chr(10) || 'lines' || chr(13) || chr(9) || '\\N \\', 0.30000000000000004,
                    -2, null, null, null, null, 'b''s.csv', 2);
            create table raw._files (source varchar, file varchar, superseded_by varchar[]);
            insert into raw._files values ('shop', 'a.csv', ['b']);
        """)
    return tmp_path


def sent(connection: Any) -> list[tuple[Any, ...]]:
    """The rows that arrived, with the transaction that wrote them."""
    with connection.cursor() as cursor:
        cursor.execute("select id, xmin::text from raw.shop__orders order by id")
        found = cursor.fetchall()
    connection.commit()
    return found


def change(output: Path, sql: str) -> None:
    with duckdb.connect(str(output / "warehouse.duckdb")) as file:
        file.execute(sql)


def test_every_value_goes_there_and_back(output: Path, connect: Callable[..., Any]) -> None:
    target = open_target("postgres", output, "1GB")
    with target.hold():
        assert target.receive(ORDERS, afresh=False) is False, "nothing had been built"
    query = "select * from raw.shop__orders order by id"
    with duckdb.connect(str(output / "warehouse.duckdb")) as file, connect().cursor() as cursor:
        before = file.execute(query).fetchall()
        receive_table(file, cursor, "raw", "shop__orders", output)
        after = file.execute(query).fetchall()
    assert [[float(v) if i == 3 and v is not None else v for i, v in enumerate(row)] for row in before] == [
        list(row) for row in after
    ]
    assert math.isclose(after[3][2], 0.30000000000000004, rel_tol=0)


def test_the_rows_of_changed_files_alone_are_sent_again(output: Path, connect: Callable[..., Any]) -> None:
    target, connection = open_target("postgres", output, "1GB"), connect()
    with target.hold():
        target.receive(ORDERS, afresh=False)
        first = sent(connection)
        target.receive(ORDERS, afresh=False)
        assert sent(connection) == first
        # The same number of rows, one of another key: as where a newer file supersedes another row.
        change(output, "update raw.shop__orders set id = '5' where id = '3'")
        target.receive(ORDERS, afresh=False)
        second = sent(connection)
        assert second[:2] == first[:2]
        assert [row[0] for row in second] == ["1", "2", "4", "5"]
        change(output, "delete from raw.shop__orders where _file = 'a.csv'")
        target.receive(ORDERS, afresh=False)
        assert [row[0] for row in sent(connection)] == ["4", "5"]
        change(output, "delete from raw.shop__orders")
        target.receive(ORDERS, afresh=False)
        assert sent(connection) == []


def test_what_was_changed_there_is_mended(output: Path, connect: Callable[..., Any]) -> None:
    target, connection = open_target("postgres", output, "1GB"), connect()
    with target.hold():
        target.receive(ORDERS, afresh=False)
        for harm in ("delete from raw.shop__orders", "drop table raw.shop__orders", "truncate raw._sent"):
            connection.cursor().execute(harm)
            connection.commit()
            target.receive(ORDERS, afresh=False)
            assert len(sent(connection)) == 4


def test_a_new_column_makes_the_table_anew(output: Path, connect: Callable[..., Any]) -> None:
    target, connection = open_target("postgres", output, "1GB"), connect()
    with target.hold():
        target.receive(ORDERS, afresh=False)
        change(output, "alter table raw.shop__orders add column coupon varchar default 'X'")
        assert target.receive(ORDERS, afresh=False) is False
    with connection.cursor() as cursor:
        cursor.execute("select distinct coupon from raw.shop__orders")
        assert cursor.fetchall() == [("X",)]


def test_what_was_built_stands_for_the_folder_that_built_it(
    output: Path, connect: Callable[..., Any]
) -> None:
    target, connection = open_target("postgres", output, "1GB"), connect()
    published = "insert into raw._target values ('built', '')"
    with target.hold():
        connection.cursor().execute("create schema kpi; create table kpi.kpis (a int)")
        connection.commit()
        assert [target.receive(ORDERS, afresh=False) for _ in range(2)] == [False, False]
        connection.cursor().execute(published)
        connection.commit()
        assert target.receive(ORDERS, afresh=False) is True
        connection.cursor().execute("drop table raw.shop__orders cascade")
        connection.commit()
        # Views went along, even where the run that sends it again is killed before it builds.
        assert [target.receive(ORDERS, afresh=False) for _ in range(2)] == [False, False]
        connection.cursor().execute(published)
        connection.commit()
    other = output / "other"
    other.mkdir()
    (output / "warehouse.duckdb").rename(other / "warehouse.duckdb")
    theirs = open_target("postgres", other, "1GB")
    with theirs.hold():
        assert theirs.receive(ORDERS, afresh=False) is False


def test_two_machines_cannot_run_at_once(output: Path) -> None:
    first, second = open_target("postgres", output, "1GB"), open_target("postgres", output / "other", "1GB")
    told = r"Another run \(marketing-kpis .*, since 20.* UTC\) is at work"
    with first.hold(), pytest.raises(Locked, match=told), second.hold():
        pass
    with second.hold():
        pass


def test_a_server_that_is_not_there_is_told_in_a_sentence(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETING_KPIS_PG_DATABASE", "nowhere")
    target = open_target("postgres", output, "1GB")
    with pytest.raises(CouldNotRun, match='database "nowhere" does not exist'), target.hold():
        pass
