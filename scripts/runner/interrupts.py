"""Ctrl-C (INT) and TERM: whatever the run is at, it ends soon, by itself, with exit code 130.

The first signal raises KeyboardInterrupt in the main thread and is remembered: code outside this project
can swallow the exception, so the run asks `requested` between its steps. Later signals change nothing. A run
that has not ended GRACE_SECONDS after the first one is ended on the spot, its processes with it; what is held
ends whole first.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

EXIT_CODE = 130
GRACE_SECONDS = 15
_SECONDS_BETWEEN_LOOKS = 0.1
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _State:
    is_requested = False
    is_held = False


def watch() -> None:
    """Answer the signals from now on."""
    _State.is_requested = _State.is_held = False
    for number in SIGNALS:
        signal.signal(number, _remember)


def ignore() -> None:
    """Answer no signal any more: the work is done, and only the end of the process is left."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def requested() -> bool:
    """Whether a signal has come."""
    return _State.is_requested


def requested_within(seconds: float) -> bool:
    """Whether a signal comes within `seconds`: the processes of a group hear of one in any order."""
    until = time.monotonic() + seconds
    while not _State.is_requested and time.monotonic() < until:
        time.sleep(0.01)
    return _State.is_requested


def hold() -> None:
    """Only remember a signal until `release`: what begins now ends whole."""
    _State.is_held = True


def release() -> None:
    """Let signals interrupt again."""
    _State.is_held = False


def _remember(_signal: int, _frame: FrameType | None) -> None:
    if _State.is_requested:
        return
    _State.is_requested = True
    threading.Thread(target=_end_later, daemon=True).start()
    if not _State.is_held:
        raise KeyboardInterrupt


def _end_later() -> None:
    time.sleep(GRACE_SECONDS)
    if _State.is_held:
        while _State.is_held:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        time.sleep(GRACE_SECONDS)
    os.write(2, b"Interrupted.\n")
    os._exit(EXIT_CODE)
