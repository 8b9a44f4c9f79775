"""What is published can be opened under any name, by older clients, and while it is replaced."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.publish import publish_file
from runner.results import Run
from runner.settings import Settings

OLDER = "1.1.3"
QUESTION = "select value from kpi.order_count where period_grain = 'month' order by period_start"
UV = Path(sys.prefix) / ".uv/bin/uv"
READER = """
import duckdb, sys
print(duckdb.__version__)
print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())
"""
PATIENT_READER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute(sys.argv[2]).fetchall(), flush=True)
sys.stdin.readline()
print(connection.execute(sys.argv[2]).fetchall())
"""


@pytest.fixture
def run(tiny: Any) -> Run:
    return Run(Settings(project=tiny.project, exports=tiny.project / "exports", output=tiny.output))


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    write_warehouse(path, value=1.0)
    return path


def write_warehouse(path: Path, value: float) -> None:
    """A warehouse with one KPI of one value."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create schema if not exists kpi;
            create schema if not exists raw;
            create schema if not exists audit;
            create or replace table kpi.kpis as
            select
                'order_count' as kpi, 'month' as period_grain, date '2026-01-01' as period_start,
                'all' as dimension, 'all' as dimension_value, 1.0::double as numerator,
                null::double as denominator, {value}::double as value, null::double as value_low,
                null::double as value_high, true as is_complete;
            create or replace view kpi.order_count as select * from kpi.kpis;
            create or replace view kpi.catalog as select 'order_count' as kpi, 'Orders' as label;
            create or replace table kpi.scorecard as select * from kpi.kpis;
            create or replace table raw._run as
            select date '2026-02-03' as as_of, date '2026-01-01' as first_day;
            create or replace table raw._files as
            select 'shop' as source, 'orders' as export, 'shop/orders of ann@mail.org.csv' as file,
                'ab' as sha256, 'loaded' as status, 3 as rows_read, 2 as accepted, 1 as quarantined,
                0 as superseded, 0 as added_up, 0 as left_out;
            create or replace table audit.arrivals as select 'shop' as source, 'shop__orders' as export;
            """
        )


def answer(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(QUESTION).fetchall()


def test_it_holds_the_kpis_one_view_each_and_what_stands_beside_them(
    warehouse: Path, run: Run, tmp_path: Path
) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute(
            "select table_name, table_type from information_schema.tables where table_schema = 'kpi'"
            " order by all"
        ).fetchall()
    assert found == [
        ("catalog", "BASE TABLE"),
        ("daily", "VIEW"),
        ("kpi_values", "BASE TABLE"),
        ("kpis", "VIEW"),
        ("lineage", "BASE TABLE"),
        ("monthly", "VIEW"),
        ("order_count", "VIEW"),
        ("restatements", "BASE TABLE"),
        ("run", "BASE TABLE"),
        ("run_exports", "BASE TABLE"),
        ("run_files", "BASE TABLE"),
        ("run_notes", "BASE TABLE"),
        ("scorecard", "BASE TABLE"),
        ("series", "VIEW"),
        ("weekly", "VIEW"),
    ]


def test_it_names_the_files_it_stands_on_without_what_is_personal_in_their_names(
    warehouse: Path, run: Run, tmp_path: Path
) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    with duckdb.connect(str(published), read_only=True) as connection:
        files = connection.execute("select file, sha256, accepted, quarantined from kpi.run_files").fetchall()
    assert files == [("shop/orders of (address)", "ab", 2, 1)]


def test_its_views_work_under_another_name_and_alias(warehouse: Path, run: Run, tmp_path: Path) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    copy = tmp_path / "copied elsewhere.db"
    shutil.copy(published, copy)
    assert answer(copy) == [(1.0,)]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as marketing (read_only)")
        assert connection.execute("select value from marketing.kpi.order_count").fetchall() == [(1.0,)]


def test_a_reader_keeps_the_file_it_has_open_and_the_next_one_sees_the_new(
    warehouse: Path, run: Run, tmp_path: Path
) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    reader = subprocess.Popen(
        [sys.executable, "-c", PATIENT_READER, str(published), QUESTION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout
    reader.stdout.readline()
    write_warehouse(warehouse, value=2.0)
    publish_file(warehouse, published, run)
    assert answer(published) == [(2.0,)]
    said, _ = reader.communicate("\n")
    assert said.strip() == "[(1.0,)]"


def test_a_stray_log_beside_it_is_not_replayed_into_it(warehouse: Path, run: Run, tmp_path: Path) -> None:
    published = tmp_path / "kpis.duckdb"
    log = tmp_path / "kpis.duckdb.wal"
    log.write_bytes(b"of another file")
    publish_file(warehouse, published, run)
    assert not log.exists()
    assert answer(published) == [(1.0,)]


def test_a_failure_half_way_leaves_the_old_file_and_no_candidate(
    warehouse: Path, run: Run, tmp_path: Path
) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    before = published.read_bytes()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop view kpi.catalog")
    with pytest.raises(duckdb.Error):
        publish_file(warehouse, published, run)
    assert published.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("kpis*")) == ["kpis.duckdb"]


@pytest.mark.skipif(not UV.exists(), reason="needs uv, which `make .venv/.locked` installs")
def test_an_older_client_opens_it(warehouse: Path, run: Run, tmp_path: Path) -> None:
    published = publish_file(warehouse, tmp_path / "kpis.duckdb", run)
    packages = tmp_path / "older"
    installed = subprocess.run(
        [str(UV), "pip", "install", "--quiet", "--target", str(packages), f"duckdb=={OLDER}"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if installed.returncode:
        pytest.skip(f"the package index gives no duckdb {OLDER}: {installed.stderr.strip()[-200:]}")
    read = subprocess.run(
        [sys.executable, "-c", READER, str(published), QUESTION],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(packages)},
    )
    assert read.stdout.split("\n")[:2] == [OLDER, "[(1.0,)]"], read.stderr
