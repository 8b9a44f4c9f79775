"""Ctrl-C ends a run with one sentence and leaves what is published alone."""

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

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.mark.parametrize("during", ["Auditing arrivals", "Building models"])
def test_an_interrupted_run_publishes_nothing(tiny: Any, during: str) -> None:
    shutil.copytree(SCRIPTS, tiny.project / "scripts", ignore=shutil.ignore_patterns("__pycache__", "demo"))
    tiny.output.mkdir()
    tiny.published.write_bytes(b"yesterday's")
    run = subprocess.Popen(
        [sys.executable, "scripts/run.py", "--exports", "exports"],
        cwd=tiny.project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Where the tests run in the background, children would ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no threads here
    )
    assert run.stderr
    said = ""
    while during not in said:
        line = run.stderr.readline()
        assert line, said
        said += line
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, rest = run.communicate(timeout=60)
    assert run.returncode == 130, said + rest
    assert rest.splitlines()[-1:] == ["Interrupted: nothing was published."]
    assert "Traceback" not in rest
    assert tiny.published.read_bytes() == b"yesterday's"
    assert tiny.result["exit_code"] == 130
    assert not list(tiny.output.glob("*candidate*"))
    assert not (tiny.output / ".lock.holder").exists()
