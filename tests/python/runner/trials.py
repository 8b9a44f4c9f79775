"""Runs that are killed, or whose disk is full, at one of the moments at which they touch files."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import duckdb

from runner.cli.main import main

# What Python tells before it changes anything on the disk; what DuckDB writes lies between these moments.
_TOUCHES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree", "shutil.copyfile"}
_REMOVALS = {"os.remove", "os.rmdir", "shutil.rmtree"}
_WRITES = os.O_WRONLY | os.O_RDWR


def is_touch(event: str, arguments: tuple[Any, ...], output: Path) -> bool:
    """Whether an audit event of Python is one of writing, renaming or removing something in `output`."""
    if event == "open":
        path, _, flags = arguments
        return isinstance(path, str | Path) and bool(flags & _WRITES) and str(path).startswith(str(output))
    return event in _TOUCHES and any(str(argument).startswith(str(output)) for argument in arguments)


class Trials:
    """Each run is a process of its own, split off from one that has all libraries at hand."""

    def __init__(self, project: Path, output: Path, *arguments: str) -> None:
        self.project, self.output = project, output
        self.said = output.parent / "said.txt"
        self.limit: Callable[[], object] | None = None  # called in a run's process before it begins
        self.arguments = [
            *arguments,
            "--exports",
            str(project / "exports"),
            "--output",
            str(output),
            "--quiet",
        ]

    def run(self, at_touch: Callable[[int, str], None] = lambda *_: None) -> tuple[int, str]:
        """The exit code of a run (negative: the signal that ended it), and what it said.

        at_touch: called with the number of each moment at which the run touches a file, and its event.
        """
        child = os.fork()
        if child == 0:
            self._be_a_run(at_touch, self.said)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), self.said.read_text(encoding="utf-8")

    def touches(self) -> int:
        """At how many moments a run touches files."""
        count = self.output.parent / "touches"

        def note(number: int, _: str) -> None:
            descriptor = os.open(count, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.write(descriptor, str(number).encode())
            os.close(descriptor)

        code, said = self.run(note)
        assert code == 0, said
        return int(count.read_text())

    def _be_a_run(self, at_touch: Callable[[int, str], None], said: Path) -> None:
        code, seen = 1, 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            if is_touch(event, arguments, self.output):
                seen += 1
                at_touch(seen, event)

        try:
            with (
                said.open("w", encoding="utf-8", buffering=1) as file,
                redirect_stdout(file),
                redirect_stderr(file),
            ):
                os.dup2(file.fileno(), 2)  # what the processes say that it begins
                os.setpgid(0, 0)
                # Python's server of forks may be a child of the tests' process by now, on which this one
                # cannot wait: it starts its own. The field is CPython's own (3.11 to 3.14 have it).
                vars(forkserver._forkserver)["_forkserver_pid"] = None
                forkserver.set_forkserver_preload(["dbt.cli.main"])  # cold, as the command
                sys.addaudithook(hook)
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                if self.limit:
                    self.limit()
                try:
                    code = main(self.arguments, project=self.project)
                except BaseException:  # noqa: BLE001 - whatever escapes is what the test looks for
                    traceback.print_exc(file=file)
        finally:
            os._exit(code)


def kill_at(moment: int) -> Callable[[int, str], None]:
    """Ends the run, with the processes it has begun, at a moment, as a power cut does."""

    def at_touch(number: int, _: str) -> None:
        if number == moment:
            os.killpg(0, signal.SIGKILL)

    return at_touch


def full_from(moment: int) -> Callable[[int, str], None]:
    """Lets nothing more be written from a moment on."""

    def at_touch(number: int, event: str) -> None:
        if number >= moment and event not in _REMOVALS:  # which a full disk lets pass
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return at_touch


def published_figures(output: Path) -> list[tuple[Any, ...]]:
    """All that is published, bit by bit."""
    with duckdb.connect(str(output / "kpis.duckdb"), read_only=True) as connection:
        rows = connection.execute("select * from kpi.kpi_values order by all").fetchall()
    return [tuple(cell.hex() if isinstance(cell, float) else cell for cell in row) for row in rows]
