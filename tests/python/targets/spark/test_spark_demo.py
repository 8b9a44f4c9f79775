"""The demo company on Spark: models, tests and unit tests there, every figure as on DuckDB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from builds import Build, read_build

from targets.figures import compare_figures

SECONDS = 3600


@pytest.fixture(scope="module")
def on_spark(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The demo, built there once."""
    output = tmp_path_factory.mktemp("spark") / "output"
    command = [sys.executable, "scripts/run.py", "--target", "spark", "--output", str(output)]
    answer = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=SECONDS)
    (output / "stdout.txt").write_text(answer.stdout, encoding="utf-8")
    (output / "stderr.txt").write_text(answer.stderr, encoding="utf-8")
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-3000:]
    return read_build(project, output)


def test_all_that_is_tested_on_duckdb_passes_there(on_spark: Build, demo_build: Build) -> None:
    theirs, ours = (
        {check["name"]: (check["passed"], len(check["findings"])) for check in build.result["checks"]}
        for build in (demo_build, on_spark)
    )
    assert ours == theirs
    assert ours["unit tests"][0] > 200
    assert on_spark.result["models_built"] == demo_build.result["models_built"]


def test_every_value_is_duckdbs(on_spark: Build, demo_build: Build) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.published}' as theirs (read_only)")
        connection.execute(f"attach '{on_spark.published}' as ours (read_only)")
        assert compare_figures(connection, "theirs.kpi.kpi_values", "ours.kpi.kpi_values") > 500_000


def test_nothing_of_the_server_is_left(on_spark: Build) -> None:
    left = {path.name for path in (on_spark.output / "spark").iterdir()}
    assert left == {"raw"}
    running = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(on_spark.output) not in running
