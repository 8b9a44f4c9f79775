"""The SQL lints clean, as dbt compiles it."""

from __future__ import annotations

import os
import subprocess
import sys

from builds import ROOT


def test_all_sql_is_clean() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--nocolor"],
        cwd=ROOT,
        env={**os.environ, "MARKETING_KPIS_WAREHOUSE": ":memory:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
