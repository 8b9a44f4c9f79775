"""An object in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.errors import CouldNotRun, UsageError
from runner.worker import Worker

SCRIPTS = Path(__file__).parents[3] / "scripts"
ENDED = 5.0  # seconds in which a process must have ended


class Clerk:
    """What is asked."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say

    def pid(self) -> int:
        return os.getpid()

    def count(self, number: int, *, by: int) -> int:
        for each in range(number):
            self.say(f"{each}")
        return number * by

    def fail(self, error: Exception) -> None:
        raise error

    def sleep(self) -> None:
        time.sleep(600)

    def linger(self) -> None:
        try:
            time.sleep(600)
        finally:
            time.sleep(0.5)

    def close(self) -> None:
        pass


@pytest.fixture(params=["empty", "fork"])
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Worker, list[str]]]:
    """A clerk in a process of its own, and what it says."""
    said: list[str] = []
    worker = Worker(Clerk, said.append, start=request.param)
    yield worker, said
    worker.close()


def test_it_answers_from_elsewhere_and_is_heard(asked: tuple[Worker, list[str]]) -> None:
    worker, said = asked
    assert worker.call("count", 3, by=2) == 6
    assert said == ["0", "1", "2"]
    assert worker.call("pid") != os.getpid()


def test_what_it_raises_is_raised_here_and_it_goes_on(asked: tuple[Worker, list[str]]) -> None:
    worker, _ = asked
    with pytest.raises(UsageError) as wrong:
        worker.call("fail", UsageError("Name a folder."))
    assert (wrong.value.message, wrong.value.exit_code) == ("Name a folder.", 2)
    with pytest.raises(RuntimeError, match="KeyError: 'a'") as bug:
        worker.call("fail", KeyError("a"))
    assert "in fail" in bug.value.__notes__[0]
    assert worker.call("count", 1, by=1) == 1


def test_whoever_kills_it_is_named_in_a_sentence(asked: tuple[Worker, list[str]]) -> None:
    worker, _ = asked
    pid = worker.call("pid")
    worker.submit("sleep")
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CouldNotRun, match="enough memory"):
        worker.result()


def test_it_may_take_its_time_to_end_and_is_waited_for_at_the_close(asked: tuple[Worker, list[str]]) -> None:
    worker, _ = asked
    pid = worker.call("pid")
    worker.submit("linger")
    worker.end()
    assert _is_alive(pid)
    worker.end()
    worker.close()
    assert not _is_alive(pid)


def test_it_ends_with_its_parent_however_that_ends() -> None:
    program = (
        f"import sys; sys.path[:0] = {[str(SCRIPTS), str(Path(__file__).parent)]!r}\n"
        "from runner.worker import Worker; from test_worker import Clerk\n"
        "worker = Worker(Clerk, print, start='fork'); print(worker.call('pid'), flush=True)\n"
        "worker.submit('sleep'); worker.result()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    give_up = time.monotonic() + ENDED
    while _is_alive(pid):
        assert time.monotonic() < give_up, "it lives on"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
