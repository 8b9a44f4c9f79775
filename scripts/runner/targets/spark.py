"""Spark: dbt builds in a session of Spark Connect, on this machine or on a cluster."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from runner.errors import CouldNotRun, Locked, UsageError
from runner.publish import publish_file, run_id
from runner.results import Run
from runner.storage import Storage
from runner.targets import _spark_published as published
from runner.targets import _spark_server as servers
from runner.targets._spark_tables import receive_table, send_table
from runner.targets.protocol import Action, Target

try:
    import dbt.adapters.spark  # noqa: F401
    import grpc  # noqa: F401
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
except ImportError:
    raise UsageError(
        "--target spark needs the packages of the extra `spark`:"
        " pip install 'dbt-spark>=1.11,<2' 'pyspark[connect]>=4.1,<5', and Java 17 or newer."
    ) from None

_REMOTE = "SPARK_REMOTE"
_UNIT_TESTS_MEMORY = "2g"
# As profiles.yml has them: texts of times without a zone are times without one, and nothing is lost silently.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}


@dataclass
class Spark:
    """A session for the runs of one folder; the folder's own files are the working memory."""

    storage: Storage
    _server: servers.Server | None = None

    def __post_init__(self) -> None:
        # dbt-spark asks for Hive at each statement, and PySpark logs what dbt tells as well.
        warnings.filterwarnings("ignore", module="pyspark")
        logging.getLogger("SQLQueryContextLogger").disabled = True

    @property
    def readers_meet(self) -> str:
        return f"the views of the database {published.SCHEMA} in {self._told}" if self._cluster else ""

    @contextmanager
    def hold(self) -> Iterator[None]:
        for folder in (self._folder, self._raw):
            folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._raw / ".lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise Locked(f"Another run is at work on the tables in {self._raw}; wait for it.") from None
        try:
            self._address_file.touch(mode=0o600)
            self._address_file.write_text(self._cluster or servers.free_address(), encoding="utf-8")
            os.environ[_REMOTE] = self._address
            yield
        finally:
            _leave()
            self._address_file.unlink(missing_ok=True)
            if self._server:
                self._server.stop()
            lock.release()

    def environment(self) -> Mapping[str, str]:
        return {_REMOTE: self._address}

    def scratch(self, folder: Path) -> Mapping[str, str]:
        address = servers.free_address()
        self._server = servers.start(address, folder / "spark", cores="1", memory=_UNIT_TESTS_MEMORY)
        return {_REMOTE: address}

    def database(self, environment: Mapping[str, str]) -> str:  # noqa: ARG002
        return ""  # Spark has schemas alone

    def stands(self) -> bool:
        stands = run_id(self.storage.published)
        if stands is None or not self._cluster:
            return stands is not None
        with _told_as_ours():
            return published.run_id(_session()) == stands

    def receive(self, tables: Mapping[str, Sequence[str]], *, afresh: bool) -> bool:
        if not self._cluster and not self._server:
            cores = os.environ.get("MARKETING_KPIS_SPARK_CORES", "2")
            memory = os.environ.get("MARKETING_KPIS_SPARK_MEMORY", "3g")
            self._server = servers.start(self._address, self._folder / "server", cores=cores, memory=memory)
        with _told_as_ours(), self.storage.writing() as local:
            spark = _session()
            spark.sql("create database if not exists raw").collect()
            for table, columns in tables.items():
                send_table(local, spark, table, columns, self._raw, afresh=afresh)
            return bool(self._cluster) and self._is_built_here(spark)

    def act(self, action: Action) -> None:
        with _told_as_ours(), self.storage.writing() as local:
            for table in action.reads:
                receive_table(local, _session(), *table.split("."))
            action.act(local)
            for table in action.writes:
                send_table(local, _session(), table.removeprefix("raw."), (), self._raw, afresh=False)

    def fetch(self) -> None:
        with _told_as_ours(), self.storage.writing() as local:
            spark = _session()
            for schema, table in _read_by_the_runner(spark):
                receive_table(local, spark, schema, table)

    def contents(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        with _told_as_ours():
            spark = _session()
            for schema, name in tables:
                there = f"`{schema}`.`{name}`"
                query = f"select count(*), sum(cast(xxhash64(*) as decimal(38, 0))) from {there}"
                is_there = spark.catalog.tableExists(there)
                found[schema, name] = tuple(spark.sql(query).collect()[0]) if is_there else None
        return found

    def example(self, query: str) -> Mapping[str, Any] | None:
        try:
            rows = _session().sql(query).take(1)
        except PySparkException:
            return None
        return rows[0].asDict() if rows else None

    def publish(self, run: Run) -> Path:
        files = (self.storage.warehouse, self.storage.published, run, self.storage.history)
        with _told_as_ours():
            there = partial(published.prepare, _session()) if self._cluster else None
            put = publish_file(*files, elsewhere=there)
        self._built.write_text(self._writer, encoding="utf-8")
        return put

    def release(self) -> None:
        from dbt.adapters.factory import cleanup_connections

        cleanup_connections()
        _leave()

    @property
    def _cluster(self) -> str:
        """Where a Spark that is there already is reached; nothing for one of the run's own."""
        return os.environ.get("MARKETING_KPIS_SPARK_REMOTE", "")

    @property
    def _told(self) -> str:
        """The cluster in words, without a token."""
        return f"the Spark at {self._cluster.partition('/;')[0]}"

    @property
    def _folder(self) -> Path:
        return self.storage.output / "spark"

    @property
    def _raw(self) -> Path:
        """The folder of the raw tables, which Spark reaches under the same path."""
        return Path(os.environ.get("MARKETING_KPIS_SPARK_RAW", self._folder / "raw"))

    @property
    def _address_file(self) -> Path:
        """What tells dbt's process where this run's Spark is."""
        return self._folder / "address"

    @property
    def _address(self) -> str:
        return self._address_file.read_text("utf-8") if self._address_file.is_file() else self._cluster

    @property
    def _built(self) -> Path:
        """What tells whose models stand beside the raw tables."""
        return self._raw / ".built"

    @property
    def _writer(self) -> str:
        return f"{socket.gethostname()}:{self.storage.output} {self._told}"

    def _is_built_here(self, spark: SparkSession) -> bool:
        """Whether what this folder's last run built stands; from now on what stands is this run's."""
        before = self._built.read_text("utf-8") if self._built.is_file() else ""
        if before != self._writer:
            self._built.unlink(missing_ok=True)
        return before == self._writer and bool(spark.catalog.tableExists("kpi.kpis"))


def open_target(storage: Storage) -> Target:
    """The target over a folder's files and the Spark that the environment names."""
    return Spark(storage)


def _session() -> SparkSession:
    """This process' session, which is dbt's too."""
    builder = SparkSession.builder.remote(os.environ[_REMOTE])
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _leave() -> None:
    session = SparkSession.getActiveSession()
    if session:
        with suppress(PySparkException):
            session.stop()


@contextmanager
def _told_as_ours() -> Iterator[None]:
    try:
        yield
    except PySparkException as error:
        told = str(error).strip().splitlines()[0]
        raise CouldNotRun(f"Spark broke off: {told}. What was published stands.") from error


def _read_by_the_runner(spark: SparkSession) -> list[tuple[str, str]]:
    """What of Spark the audits, the history and the published file read."""
    there = {row.tableName for row in spark.sql("show tables in kpi").collect()}
    told = spark.sql("select kpi from kpi.catalog").collect() if "catalog" in there else []
    kpis = {row.kpi for row in told}
    has_set_aside = spark.catalog.tableExists("core.set_aside")
    return [
        *(("kpi", table) for table in sorted(there - kpis)),
        *([("core", "set_aside")] if has_set_aside else []),
    ]
