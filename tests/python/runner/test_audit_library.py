"""What the audit leans on in Great Expectations and duckdb-engine is there, and does what it is taken for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlalchemy

from runner.audit.library import great_expectations

SCRIPTS = Path(__file__).parents[3] / "scripts"


def test_what_only_distributions_use_is_imported_when_it_is_asked_for() -> None:
    script = """
import sys
from runner.audit.library import great_expectations
great_expectations()
for name in ("altair", "scipy.stats"):
    print(name, type(sys.modules[name]).__name__)
import scipy.stats
print(scipy.stats.norm.cdf(0), type(sys.modules["scipy.stats"]).__name__)
"""
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=SCRIPTS, capture_output=True, text=True, check=True, timeout=300
    ).stdout
    assert said.splitlines() == ["altair _Deferred", "scipy.stats _Deferred", "0.5 module"]


def test_a_result_outlives_the_rollback_after_it(tmp_path: Path) -> None:
    great_expectations()
    engine = sqlalchemy.create_engine(f"duckdb+audit:///{tmp_path}/x.duckdb")
    with engine.connect() as connection:
        result = connection.execute(sqlalchemy.text("select 1 union all select 2"))
        connection.rollback()
        assert sorted(result.fetchall()) == [(1,), (2,)]
    engine.dispose()
