"""One run at a time in an output folder."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from runner.errors import CouldNotRun, Locked

LOCK_FILE = ".lock"
HOLDER_FILE = ".lock.holder"


@contextmanager
def hold(output: Path) -> Iterator[None]:
    """Hold the lock of `output`; raise Locked, naming the holder, when another run has it."""
    lock = FileLock(output / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Locked(
            f"Another run{_holder(output)} is at work in {output}; wait for it or choose another --output."
        ) from None
    except OSError as error:
        raise CouldNotRun(f"{output / LOCK_FILE} cannot be written: {error.strerror}.") from error
    try:
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError):  # who holds the lock is only told: a full disk is met, and named, later on
            (output / HOLDER_FILE).write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            (output / HOLDER_FILE).unlink(missing_ok=True)
        lock.release()


def _holder(output: Path) -> str:
    try:
        holder = json.loads((output / HOLDER_FILE).read_text(encoding="utf-8"))
        return f" (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (OSError, ValueError, KeyError):
        return ""
