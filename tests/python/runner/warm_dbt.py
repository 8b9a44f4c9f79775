"""Imported by Python's server of forks: dbt reads a project there, so that the runs of tests begin warm.

It takes its own macros and schemas apart, which would cost each new process a second. The project has no
model: reading one begins threads, which a fork lacks.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt_common.tests import enable_test_caching

FILES = {
    "dbt_project.yml": "{name: warm, profile: warm, flags: {send_anonymous_usage_stats: false}}",
    "models/all.yml": """
models: [{name: x, columns: [{name: y, data_tests: [unique]}]}]
sources: [{name: x, tables: [{name: y, columns: [{name: z}]}]}]
""",
    "profiles.yml": "warm: {target: t, outputs: {t: {type: duckdb, path: ':memory:'}}}",
}

enable_test_caching()
with tempfile.TemporaryDirectory() as folder:
    for name, text in FILES.items():
        (Path(folder) / name).parent.mkdir(exist_ok=True)
        (Path(folder) / name).write_text(text, encoding="utf-8")
    here = ("--project-dir", folder, "--profiles-dir", folder, "--log-path", folder, "--log-level", "none")
    dbtRunner().invoke(["parse", *here])
