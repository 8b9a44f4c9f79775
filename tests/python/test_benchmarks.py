"""The benchmarks, which no other test runs, begin: what they import and ask of the project is there."""

from __future__ import annotations

import subprocess
import sys

import pytest
from builds import ROOT


@pytest.mark.parametrize("name", ["door", "speed", "engines"])
def test_a_benchmark_tells_what_it_takes(name: str) -> None:
    command = [sys.executable, f"benchmarks/{name}.py", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert said.returncode == 0, said.stderr
    assert "usage:" in said.stdout
