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

from runner.errors import AskedWrongly, CouldNotRun
from runner.worker import Beside

SCRIPTS = Path(__file__).parents[3] / "scripts"
ENDED = 5.0  # seconds in which a process must have ended


class Worker:
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


@pytest.fixture(params=["empty", "knows all"])
def worker(request: pytest.FixtureRequest) -> Iterator[tuple[Beside, list[str]]]:
    """A worker in its process, and what it says."""
    said: list[str] = []
    beside = Beside(Worker, said.append, knows_all=request.param == "knows all")
    yield beside, said
    beside.close()


def test_it_answers_from_elsewhere_and_is_heard(worker: tuple[Beside, list[str]]) -> None:
    beside, said = worker
    assert beside.call("count", 3, by=2) == 6
    assert said == ["0", "1", "2"]
    assert beside.call("pid") != os.getpid()


def test_what_it_raises_is_raised_here_and_it_goes_on(worker: tuple[Beside, list[str]]) -> None:
    beside, _ = worker
    with pytest.raises(AskedWrongly) as wrong:
        beside.call("fail", AskedWrongly("Name a folder."))
    assert (wrong.value.message, wrong.value.exit_code) == ("Name a folder.", 2)
    with pytest.raises(RuntimeError, match="KeyError: 'a'") as bug:
        beside.call("fail", KeyError("a"))
    assert "in fail" in bug.value.__notes__[0]
    assert beside.call("count", 1, by=1) == 1


def test_whoever_kills_it_is_named_in_a_sentence(worker: tuple[Beside, list[str]]) -> None:
    beside, _ = worker
    pid = beside.call("pid")
    beside.ask("sleep")
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CouldNotRun, match="enough memory"):
        beside.answer()


def test_it_may_take_its_time_to_end_and_is_waited_for_at_the_close(worker: tuple[Beside, list[str]]) -> None:
    beside, _ = worker
    pid = beside.call("pid")
    beside.ask("linger")
    beside.end()
    assert _is_alive(pid)
    beside.end()
    beside.close()
    assert not _is_alive(pid)


def test_it_ends_with_its_parent_however_that_ends() -> None:
    program = (
        f"import sys; sys.path[:0] = {[str(SCRIPTS), str(Path(__file__).parent)]!r}\n"
        "from runner.worker import Beside; from test_beside import Worker\n"
        "beside = Beside(Worker, print, knows_all=True); print(beside.call('pid'), flush=True)\n"
        "beside.ask('sleep'); beside.answer()\n"
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
