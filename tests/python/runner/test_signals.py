"""INT and TERM at any moment, twice too: 130, one sentence, no process left, the published file untouched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from runner import interrupts

SCRIPTS = Path(__file__).parents[3] / "scripts"
# A step, if not the start, and seconds after it. `make torture` tries many more, by the clock alone.
MOMENTS = [("", float(text)) for text in os.environ.get("MARKETING_KPIS_SIGNAL_MOMENTS", "").split()] or [
    *(("", 0.3), ("Looking for changes", 0.0), ("Loading exports", 0.1), ("Auditing arrivals", 0.5)),
    *(("Building models", 0.5), ("Auditing KPIs", 0.1), ("Comparing with history", 0.0)),
]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment[0]} {moment[1]}".strip())
def test_a_signal_ends_a_run_whatever_it_is_at(
    tiny: Any, moment: tuple[str, float], number: signal.Signals
) -> None:
    shutil.copytree(SCRIPTS, tiny.project / "scripts", ignore=shutil.ignore_patterns("__pycache__", "demo"))
    tiny.output.mkdir()
    tiny.published.write_bytes(b"yesterday's")
    run = subprocess.Popen(
        [sys.executable, "scripts/run.py", "--exports", "exports"],
        cwd=tiny.project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Where the tests run in the background, children would ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no threads here
    )
    assert run.stderr
    step, seconds = moment
    begun = ""
    while step not in begun:
        begun += (line := run.stderr.readline())
        assert line, begun
    time.sleep(seconds)
    if run.poll() is not None:
        assert not step, "the moment never came"
        return
    # To all processes of the run, as a terminal or a supervisor sends it, and once more.
    os.killpg(run.pid, number)
    time.sleep(0.2)
    if run.poll() is None:
        run.send_signal(number)
    _, said = run.communicate(timeout=interrupts.GRACE_SECONDS + 10)
    if not step and run.returncode == 0:  # all was done when it came
        assert tiny.query("select count(*) from kpi.order_count") == [(2,)]
        return
    assert run.returncode == interrupts.EXIT_CODE, said
    assert said.splitlines()[-1].startswith("Interrupted")
    assert "Traceback" not in said
    assert "leaked" not in said, "a lock has a name in the system, and was left"
    assert _has_ended(run.pid), "a process of the run is left"
    if "after publishing" in said:
        assert tiny.query("select count(*) from kpi.order_count") == [(2,)]
    else:
        assert tiny.published.read_bytes() == b"yesterday's"
    assert not list(tiny.output.glob("*candidate*"))


def test_what_is_held_ends_whole_and_has_the_last_word() -> None:
    script = """
import os, signal, sys, time
from runner import interrupts
interrupts.GRACE_SECONDS = 0.5
interrupts.watch()
interrupts.hold()
os.kill(os.getpid(), signal.SIGINT)
time.sleep(1.5)
interrupts.release()
print("whole", interrupts.requested())
if sys.argv[1:]:
    time.sleep(5)
"""
    command = [sys.executable, "-c", script]
    ended, hung = (
        subprocess.run([*command, *more], cwd=SCRIPTS, capture_output=True, text=True, timeout=60)
        for more in ([], ["goes on"])
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "whole True\n", "")
    assert (hung.returncode, hung.stderr) == (interrupts.EXIT_CODE, "Interrupted.\n")


def _has_ended(group: int) -> bool:
    """Whether no process of the group is left, a few seconds after the run."""
    for _ in range(50):
        if not any(_group(stat) == group for stat in Path("/proc").glob("[0-9]*/stat")):
            return True
        time.sleep(0.1)
    return False


def _group(stat: Path) -> int | None:
    try:
        state, _, group = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return None
    return None if state == "Z" else int(group)
