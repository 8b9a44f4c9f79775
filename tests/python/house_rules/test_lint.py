"""The SQL lints clean: every file's own text, and every form of what macros make of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from builds import ROOT

from house_rules.call_forms import call_forms, files_for_every_form
from runner.dbt.lint import SQLFLUFF

FILES = [*(ROOT / "models").rglob("*.sql"), *(ROOT / "tests/sql").rglob("assert_*.sql")]
# What asks dbt for the project's graph renders by dbt alone.
ASKING = [file for file in FILES if "graph." in file.read_text(encoding="utf-8")]
SHOWN = sorted({*files_for_every_form(FILES), *ASKING})
# What goes over all KPIs writes the same for each: these differ in all that they make it write.
KPIS = ["cohort_retention_rate", "cost_per_lead", "order_count"]


def test_all_that_macros_make_is_clean_as_dbt_compiles_it(tmp_path: Path) -> None:
    """`make lint` compiles every file, for every KPI; of what the macros make, these show every form."""
    settings = tmp_path / "pyproject.toml"
    settings.write_text(f"[tool.sqlfluff.templater.dbt.context]\nonly_kpis = {KPIS}\n", encoding="utf-8")
    lint(SHOWN, "--config", str(settings))


def test_all_other_sql_is_clean_with_stubs_for_the_macros() -> None:
    lint([file for file in FILES if file not in SHOWN], "--templater", "jinja")


def test_one_file_of_each_form_is_enough(tmp_path: Path) -> None:
    for name, text in {
        "a.sql": "{{ shape('rows', slices=['x']) }}",
        "b.sql": "{{ shape('others', slices=['y']) }} -- as the first",
        "c.sql": "{{ shape('rows', slices=['x', 'y'], by='period') }} {{ dbt.cast(1, 'int') }}",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [file.name for file in files_for_every_form(tmp_path.iterdir())] == ["c.sql", "a.sql"]
    assert list(call_forms("{{ ref('a') }} {% do names.append(1) %} {{ dbt.cast(1, kind) }}")) == [
        "dbt.cast(text, text)"
    ]


def lint(files: Sequence[Path], *options: str) -> None:
    """Lint files of the project; fails with what sqlfluff says."""
    answer = subprocess.run(
        [*SQLFLUFF, "lint", "--nocolor", *options, *map(str, files)],
        cwd=ROOT,
        env={**os.environ, "MARKETING_KPIS_WAREHOUSE": ":memory:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
