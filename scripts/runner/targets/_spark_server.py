"""A Spark of the run's own: a Spark Connect server on this machine, which ends with whoever started it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.errors import CouldNotRun

SECONDS_TO_START = 180
_SECONDS_TO_END = 10
_ADDRESS = re.compile(r"sc://localhost:(\d+)/;token=(\w+)$")
_UNTIL_LEFT = str(Path(__file__).with_name("_until_left.py"))
_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
# Small data: no code is generated for a query that runs once, and no plan made anew between its stages.
_SETTINGS = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.enabled": "false",
}


@dataclass
class Server:
    """A server that runs, and the folder that is its own."""

    folder: Path
    _process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it, and wait until it has."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_address() -> str:
    """Where a server of this machine can be started, with a token that it will ask of its clients."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"sc://localhost:{probe.getsockname()[1]}/;token={secrets.token_hex(16)}"


def start(address: str, folder: Path, *, cores: str, memory: str) -> Server:
    """Start a server at an address of `free_address`, and wait until it answers.

    folder: for its tables and its log; emptied, as no table outlives its server. cores: as many tasks at
    once; memory: of its process, as Java writes it (`3g`). Raises CouldNotRun where it does not start.
    """
    import pyspark

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    home, log = Path(pyspark.__file__).parent, folder / "server.log"
    port, token = _ADDRESS.match(address).groups()  # type: ignore[union-attr]
    settings: Mapping[str, str] = {
        **_SETTINGS,
        "spark.connect.grpc.binding.port": port,
        "spark.local.dir": str(folder / "scratch"),
        "spark.sql.shuffle.partitions": cores,
        "spark.sql.warehouse.dir": str(folder / "tables"),
    }
    command = [
        *(str(home / "bin/spark-submit"), "--master", f"local[{cores}]", "--driver-memory", memory),
        *("--class", _CLASS),
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
    ]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "SPARK_REMOTE"},
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONNECT_AUTHENTICATE_TOKEN": token,
    }
    with log.open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, _UNTIL_LEFT, *command],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # a signal to this process is no signal to Spark, which ends after it
        )
    server = Server(folder, process)
    until = time.monotonic() + SECONDS_TO_START
    while not _answers(int(port)):
        if process.poll() is not None or time.monotonic() > until:
            last = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()][-3:]
            server.stop()
            why = " ".join(last) or f"it did not answer within {SECONDS_TO_START} seconds"
            raise CouldNotRun(f"Spark did not start (it needs Java 17 or newer): {why}")
        time.sleep(0.2)
    return server


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
