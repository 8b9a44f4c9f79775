"""Tells the user what goes on: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console as RichConsole
from rich.status import Status

SECONDS_BETWEEN_LINES = 10.0
PLAIN_WIDTH = 160


class Console:
    """Progress and errors go to standard error, results to standard output."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._errors = _rich(sys.stderr.isatty(), stderr=True)
        self.results = _rich(sys.stdout.isatty(), stderr=False)
        self._status: Status | None = None
        self._step = ""
        self._said_at = 0.0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Say that a step begins, and how long it took."""
        if self.quiet:
            yield
            return
        started = self._said_at = time.monotonic()
        self._step = title
        if self._errors.is_terminal:
            self._status = self._errors.status(title)
            self._status.start()
        else:
            self._line(f"{title} ...")
        try:
            yield
        finally:
            if self._status:
                self._status.stop()
                self._status = None
                self._line(f"{title} ({time.monotonic() - started:.1f} s)")

    def say(self, text: str) -> None:
        """Say where the step is: at once on a terminal, now and then elsewhere."""
        if self._status:
            self._status.update(f"{self._step}: {text}")
        elif not self.quiet and time.monotonic() - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = time.monotonic()
            self._line(f"  {text}")

    def error(self, sentence: str) -> None:
        """Say what went wrong."""
        self._errors.print(
            sentence, style="red" if self._errors.is_terminal else None, markup=False, soft_wrap=True
        )

    def _line(self, text: str) -> None:
        self._errors.print(text, markup=False, soft_wrap=True)


def _rich(is_terminal: bool, *, stderr: bool) -> RichConsole:
    return RichConsole(
        stderr=stderr,
        highlight=False,
        force_terminal=is_terminal,
        color_system="auto" if is_terminal else None,
        width=None if is_terminal else PLAIN_WIDTH,
    )
