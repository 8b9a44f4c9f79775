"""A load that fails or is interrupted leaves the warehouse as it was."""

from __future__ import annotations

import _thread
import signal
import threading

import duckdb
import pytest
from house import House

from runner.errors import CouldNotRun
from runner.ingest import warehouse
from runner.ingest.merge import keys

HEAD = "id,day,amount\n"


@pytest.fixture
def house(tmp_path):
    found = House(tmp_path, duckdb.connect(str(tmp_path / "warehouse.duckdb")))
    found.declare(export="key: [id]\nrepeated: last")
    found.put("events1.csv", HEAD + "a,2026-01-01,1\nb,2026-01-01,1\n")
    found.put("events2.csv", HEAD + "a,2026-01-01,2\n")
    found.load()
    return found


@pytest.mark.parametrize("where", [(keys, "_names"), (warehouse, "note_file"), (warehouse, "recount")])
@pytest.mark.parametrize("error", [KeyboardInterrupt, duckdb.IOException("disk full"), MemoryError])
def test_whatever_stops_a_load_midway_changes_nothing(house, monkeypatch, where, error):
    before = house.contents()
    house.put("events2.csv", HEAD + "b,2026-01-01,3\nb,2026-01-01,4\n")
    module, name = where
    original, count = getattr(module, name), iter(range(100))

    def failing(*arguments, **options):
        if next(count) == (5 if name == "_keys" else 0):
            raise error
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, failing)
        expected = CouldNotRun if isinstance(error, duckdb.Error) else error
        with pytest.raises(expected):
            house.load()
    assert house.contents() == before
    house.load()
    assert dict(house.rows("id, amount")) == {"a": 1, "b": 4}


def test_ctrl_c_inside_a_query(house):
    before = house.contents()
    house.put("events3.csv", HEAD + "".join(f"{number},2026-01-01,1\n" for number in range(3_000_000)))
    # Where the tests run in the background, the signal is ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.4, _thread.interrupt_main)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            house.load()
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, handler)
    assert house.contents() == before
    assert house.connection.execute("select 1").fetchone() == (1,)


def test_settings_of_the_connection_are_given_back(house):
    house.connection.execute("set memory_limit = '1GB'")
    before = house.connection.execute("select current_setting('memory_limit')").fetchone()
    house.put("events3.csv", HEAD)
    house.load()
    assert house.connection.execute("select current_setting('memory_limit')").fetchone() == before
