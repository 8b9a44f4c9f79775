"""An object in a process of its own: what it is asked goes on beside the rest of the run, on another core."""

from __future__ import annotations

import gc
import os
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import closing
from functools import partial
from multiprocessing import connection, get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, Literal

from runner import interrupts
from runner.errors import CouldNotRun, RunError

Say = Callable[[str], None]
Start = Literal["empty", "fork"]
SECONDS_TO_END = 5
_SIGNAL_SECONDS = 0.5  # for a signal to a whole group of processes to reach this one too
_SERVER: Any = get_context("forkserver")
_SERVER.set_forkserver_preload(["dbt.cli.main"])  # imported once, however many processes follow
_SAID, _ANSWERED, _RAISED = "said", "answered", "raised"


class Worker:
    """Asks an object in a process of its own, which ends with this one. One question at a time."""

    def __init__(self, make: Callable[[Say], Any], say: Say, *, start: Start = "empty") -> None:
        """make: makes the object there, given a `say` that is heard here; say: hears it during `result`.

        start: `fork`, where the process knows at once all that this one does, which must not have begun
        threads that are missed there; `empty`, where `make` must be picklable.
        """
        self._say = say
        processes: Any = get_context("fork") if start == "fork" else _SERVER
        self._pipe, there = processes.Pipe()
        self._process = processes.Process(target=_serve, args=(make, there))
        self._is_ending = self._has_started = False
        self._starting = threading.Thread(target=self._start, args=(there,))
        # An empty process starts when dbt is imported, seconds in which this one goes on.
        if start == "fork":
            self._starting.run()
        else:
            self._starting.start()

    def submit(self, method: str, *arguments: Any, **settings: Any) -> None:
        """Let the object begin with `method`; what goes in and out must be picklable."""
        self._pipe.send((method, arguments, settings))

    def result(self) -> Any:
        """What the method that was asked for returned; raises what it raised."""
        self._wait_for_start()
        while True:
            try:
                kind, what = self._pipe.recv()
            except (EOFError, ConnectionError):
                if interrupts.requested_within(_SIGNAL_SECONDS):
                    raise KeyboardInterrupt from None
                raise CouldNotRun(
                    "A process of this run was ended from outside: is there enough memory?"
                ) from None
            if kind == _ANSWERED:
                return what
            if kind == _RAISED:
                raise what
            self._say(what)

    def call(self, method: str, *arguments: Any, **settings: Any) -> Any:
        """Ask and wait."""
        self.submit(method, *arguments, **settings)
        return self.result()

    def end(self) -> None:
        """Let the process end, whatever it is at; it takes a second to let go of all it holds."""
        self._wait_for_start()
        if not self._is_ending and self._has_started:
            self._is_ending = True
            self._process.terminate()

    def close(self) -> None:
        """End the process, and wait until it has."""
        self.end()
        if self._has_started:
            self._process.join(SECONDS_TO_END)
            self._process.kill()
            self._process.join()
        self._pipe.close()

    def _start(self, there: Connection) -> None:
        with there:
            # Started first: it would undo the blocking below.
            resource_tracker.ensure_running()
            # Signals go to a whole group of processes: this one answers for all.
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, interrupts.SIGNALS)
            try:
                self._process.start()
            except (OSError, EOFError):
                return  # whoever waits for an answer hears that the process is not there
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            self._has_started = True

    def _wait_for_start(self) -> None:
        if self._starting.ident:
            self._starting.join()


def _serve(make: Callable[[Say], Any], here: Connection) -> None:
    """Answer questions until the parent ends this process, or ends."""
    # Whoever interrupts the run interrupts the parent, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end_once)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Short-lived, with a large graph of objects that stay: looking for garbage took a quarter of dbt's time.
    gc.disable()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, interrupts.SIGNALS)
        # A fork of this process says what it does through the same pipe: long messages would mix.
        # One without a name in the system: no other is left, and told of, where this process is ended.
        one_at_a_time = get_context("fork").Lock()

        def send(message: tuple[str, Any]) -> None:
            with one_at_a_time:
                here.send(message)

        with closing(make(lambda text: send((_SAID, text)))) as target:
            while True:
                method, arguments, settings = here.recv()
                send(_answer(partial(getattr(target, method), *arguments, **settings)))
    except (KeyboardInterrupt, EOFError, ConnectionError):
        return


def _end_once(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _answer(ask: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return _ANSWERED, ask()
    except RunError as error:
        return _RAISED, error
    except Exception as error:  # noqa: BLE001 - raised again where it was asked for
        portable: Exception = RuntimeError(f"{type(error).__name__}: {error}")
        if isinstance(error, OSError):  # such as a full disk, which is no bug
            portable = OSError(error.errno, error.strerror or str(error), error.filename)
        portable.add_note("".join(traceback.format_exception(error)))
        return _RAISED, portable


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
