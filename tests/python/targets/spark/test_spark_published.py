"""The database `published` of a cluster, as its readers meet it while runs publish or are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from runner.targets import _spark_published as published
from runner.targets import _spark_server as servers
from targets.published_files import DAYS, KPIS, write_published

WHOLE = "select min(value), max(value), count(*) from published.kpi_values"
OF_A_VIEW = "select min(value), max(value), count(*) from published.open_rate"
MOMENTS = int(os.environ.get("KILLS", "5"))
# Publishes a file and ends by kill -9 after a number of statements; then tells how many there were.
PUBLISHER = """
import os, signal, sys
from pathlib import Path
from pyspark.sql import SparkSession
from runner.targets import _spark_published as published

address, file, moment = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])


class Counted:
    def __init__(self, session):
        self.session, self.statements = session, 0

    def __getattr__(self, name):
        return getattr(self.session, name)

    def sql(self, query):
        answer = self.session.sql(query)
        self.statements += 1
        if self.statements == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


session = Counted(SparkSession.builder.remote(address).create())
published.prepare(session, file)()
print(session.statements)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that outlives runs."""
    address = servers.free_address()
    server = servers.start(address, tmp_path_factory.mktemp("cluster") / "server", cores="2", memory="1g")
    yield address
    server.stop()


@pytest.fixture
def session(cluster: str) -> Iterator[SparkSession]:
    """A publisher's session."""
    opened = SparkSession.builder.remote(cluster).create()
    yield opened
    opened.stop()


def publish(session: SparkSession, folder: Path, run: int) -> None:
    published.prepare(session, write_published(folder / "kpis.duckdb", run))()


def met(session: SparkSession, query: str) -> int:
    """The one run whose figures a reader meets, whole."""
    low, high, count = session.sql(query).collect()[0]
    assert low == pytest.approx(high), "figures of two runs"
    assert count == DAYS * (len(KPIS) if query == WHOLE else 1)
    return round(low)


def test_readers_meet_whole_runs_while_twenty_are_published(
    cluster: str, session: SparkSession, tmp_path: Path
) -> None:
    publish(session, tmp_path, 0)
    reader = SparkSession.builder.remote(cluster).create()
    stop, seen, faults = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                seen.extend(met(reader, query) for query in (WHOLE, OF_A_VIEW))
            except Exception as fault:  # noqa: BLE001 - told below
                faults.append(repr(fault))

    reading = threading.Thread(target=read)
    reading.start()
    for run in range(1, 21):
        publish(session, tmp_path, run)
    stop.set()
    reading.join()
    reader.stop()
    assert faults == []
    assert seen == sorted(seen), "a reader met an older run after a newer one"
    assert len(set(seen)) > 2, "the reader met no publishing"


def test_a_publisher_killed_at_any_statement_leaves_whole_figures(
    cluster: str, session: SparkSession, tmp_path: Path
) -> None:
    def killed_at(moment: int, run: int) -> subprocess.CompletedProcess[str]:
        file = write_published(tmp_path / "killed.duckdb", run)
        command = [sys.executable, "-c", PUBLISHER, cluster, str(file), str(moment)]
        environment = {**os.environ, "PYTHONPATH": str(Path(servers.__file__).parents[2])}
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    publish(session, tmp_path, 100)
    answer = killed_at(0, 101)
    assert answer.returncode == 0, answer.stderr
    last, before, fates = int(answer.stdout), 101, set()
    for moment in sorted({1 + (last - 1) * n // (MOMENTS - 1) for n in range(MOMENTS)}):
        answer = killed_at(moment, before + 1)
        assert answer.returncode == -signal.SIGKILL, answer.stderr
        of_all = met(session, WHOLE)
        assert met(session, OF_A_VIEW) == of_all
        fates.add(of_all - before)
        before += 2
        publish(session, tmp_path, before)
        assert met(session, WHOLE) == before
    assert fates == {0, 1}, "none was killed before it published, or none after"
    left: set[Any] = {
        row[1].rpartition("__")[2] for row in session.sql("show tables in published_tables").collect()
    }
    assert len(left) <= 2, "this run's and the one before's"
