"""A run publishes what has passed every check, and nothing else."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.errors import CouldNotRun
from runner.lock import hold
from runner.storage import Storage

MODEL = "models/core/orders.sql"
KPI = "models/marts/value/order_count.sql"


def check(tiny: Any, name: str) -> dict[str, Any]:
    """One group of checks of the last run."""
    return next(found for found in tiny.result["checks"] if found["name"] == name)


def test_a_build_publishes_and_says_so(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.run("--json", str(tiny.project / "result.json")) == 0
    assert tiny.query("select value from kpi.order_count order by period_start") == [(5.0,), (10.0,)]
    said = capsys.readouterr().out
    assert f"Published {tiny.published}" in said
    assert "Sources without files: till." in said
    assert "Audit of arrivals: 19 passed, 0 failed." in said
    result = tiny.result
    assert result == json.loads((tiny.project / "result.json").read_text())
    assert result["exit_code"] == 0
    assert result["published"] == str(tiny.published)
    assert result["loaded"][0] | {"oldest_event": None, "newest_event": None} == {
        "source": "shop",
        "export": "orders",
        "files": 1,
        "unchanged": 0,
        "rows_read": 15,
        "accepted": 15,
        "quarantined": 0,
        "superseded": 0,
        "added_up": 0,
        "left_out": 0,
        "ignored": 0,
        "oldest_event": None,
        "newest_event": None,
    }
    assert (result["as_of"], result["first_day"]) == ("2026-02-01", "2026-01-01")
    assert result["kpis"][0]["value"] == 10
    assert not stat.S_IMODE(tiny.published.stat().st_mode) & 0o222
    assert (tiny.output / "data_docs/index.html").is_file()


def test_a_published_run_writes_the_report_and_an_unchanged_one_only_where_it_is_gone(tiny: Any) -> None:
    report = tiny.output / "report.html"
    assert tiny.run("--quiet") == 0
    assert "Orders" in report.read_text(encoding="utf-8")
    assert tiny.query("select kind from kpi.run_notes where kind = 'quarantined'") == []
    before = report.stat()
    assert tiny.run("--quiet") == 0
    assert report.stat() == before
    report.unlink()
    assert tiny.run("--quiet") == 0
    assert tiny.result["is_unchanged"]
    assert report.is_file()


def test_unit_tests_run_again_only_when_a_definition_changed(built: Any) -> None:
    assert check(built, "unit tests")["passed"] == 1
    built.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,20\n")
    assert built.run("--quiet") == 0
    assert check(built, "unit tests")["note"] == "passed before, and no definition has changed since"
    built.replace(KPI, "group by ordered_on", "group by 3")
    assert built.run("--quiet") == 0
    assert check(built, "unit tests")["passed"] == 1


def times(file: Path) -> tuple[int, ...]:
    """What tells a file that was written from one that was only read."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def test_where_nothing_changed_nothing_is_built_and_what_was_published_stands(
    built: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = times(built.published)
    assert built.run() == 0
    assert "Nothing has changed since the last run: what it published stands" in capsys.readouterr().out
    assert times(built.published) == before
    assert built.result["is_unchanged"]
    assert built.result["models_built"] is None
    assert list(built.result["seconds"]) == ["Opening the warehouse", "Looking for changes"]


def test_where_all_exports_have_ended_the_clock_tells(tiny: Any) -> None:
    tiny.replace("dbt_project.yml", "least_amount: 0", "least_amount: 0, max_age_days: 7")
    for _ in range(2):  # the second time nothing has changed
        assert tiny.run("--quiet") == 0
        (finding,) = check(tiny, "age of the data")["findings"]
        assert "the newest event is of 2026-02-01, " in finding["why"]
    assert tiny.result["is_unchanged"]
    assert tiny.run("--quiet", "--strict") == 1
    assert tiny.run("--quiet", "--as-of", "2026-02-01") == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda tiny: tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,20\n"),
        lambda tiny: tiny.replace(KPI, "group by ordered_on", "group by 3"),
        lambda tiny: tiny.run("load", "--quiet", "--full-refresh"),
        lambda tiny: tiny.published.unlink(),
    ],
    ids=["a new file", "a definition", "a load without a build", "nothing published"],
)
def test_whatever_changed_is_built(built: Any, change: Any) -> None:
    change(built)
    assert built.run("--quiet") == 0
    assert not built.result["is_unchanged"]
    assert built.result["published"]


def test_seeds_and_views_are_built_again_only_when_something_changed(built: Any) -> None:
    everything = built.result["models_built"]
    built.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,20\n")
    assert built.run("--quiet") == 0
    assert built.query("select value from kpi.order_count order by period_start") == [(5.0,), (11.0,)]
    assert built.result["models_built"] < everything
    assert check(built, "data tests")["passed"] > 0
    (built.output / "warehouse.duckdb").unlink()
    assert built.run("--quiet") == 0
    assert built.result["models_built"] == everything


def test_a_failed_data_test_leaves_yesterdays_file_as_it_was(
    built: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = built.published.read_bytes()
    built.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,40000\n")
    assert built.run() == 1
    assert built.published.read_bytes() == before
    said = capsys.readouterr().out
    assert (
        "Failed: an_order_costs_no_more_than_a_car: 1 row, such as value_field 40000.0, n_records 1" in said
    )
    assert "Nothing was published: 1 check failed" in said
    assert built.result["published"] is None


def test_a_failed_unit_test_shows_what_differs(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.replace(KPI, "count(*) as double) as value", "count(*) + 1 as double) as value")
    assert tiny.run() == 1
    said = capsys.readouterr().out
    assert "Failed: order_count__an_order_counts_once: expected (-) and actual (+) differ" in said
    assert "2.0" in said
    assert "3.0" in said
    assert not tiny.published.exists()


def test_a_failed_data_test_and_a_failed_unit_test_are_both_told(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,40000\n")
    tiny.replace(KPI, "count(*) as double) as value", "count(*) + 1 as double) as value")
    assert tiny.run() == 1
    said = capsys.readouterr().out
    assert "Failed: order_count__an_order_counts_once" in said
    assert "Failed: an_order_costs_no_more_than_a_car" in said


def test_a_model_that_the_database_refuses_fails_the_run(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.replace(MODEL, "amount\nfrom", "no_such_column\nfrom")
    assert tiny.run() == 1
    said = capsys.readouterr().out
    assert "Failed: orders: " in said
    assert "no_such_column" in said
    assert "not reached" in said


def test_a_model_that_dbt_cannot_read_is_the_users_to_mend(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.write("models/core/broken.sql", "select * from {{ ref('nothing') }}")
    assert tiny.run("--quiet") == 2
    said = capsys.readouterr().err
    assert "dbt cannot read the project or the options" in said
    assert "nothing" in said


def test_a_selection_is_built_and_tested_but_not_published(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tiny.run("--select", "+orders") == 0
    said = capsys.readouterr().out
    assert "Built and tested only +orders" in said
    assert "Selected 2 models: orders, stg_shop__orders." in said
    assert tiny.result["selected"]["model"] == ["orders", "stg_shop__orders"]
    assert tiny.result["models_built"] == 2
    assert not tiny.published.exists()


def test_a_selection_that_matches_nothing_is_refused(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.run("--quiet", "--select", "ordres") == 2
    assert "--select ordres: nothing in the project matches." in capsys.readouterr().err


def test_a_setting_reaches_the_models(tiny: Any) -> None:
    assert tiny.run("--quiet", "--vars", "{least_amount: 11}") == 1  # no KPI has a row
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,20\n")
    assert tiny.run("--quiet", "--vars", "{least_amount: 11}") == 0
    assert tiny.query("select value from kpi.order_count") == [(1.0,)]
    assert tiny.query("select settings ->> 'least_amount' from kpi.run") == [("11",)]


def test_rows_that_cannot_be_read_are_named(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,ten\ny,2026-02-01,10\n")
    assert tiny.run("load", "--quiet") == 1
    assert "shop/orders_2.csv" in capsys.readouterr().err
    assert tiny.run("load", "--max-bad-share", "0.5") == 0
    said = capsys.readouterr().out
    assert "Quarantined: 1 row of shop orders, column amount: " in said
    assert "(first in shop/orders_2.csv, line 2)." in said


def test_a_quiet_run_says_why_nothing_was_published(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,40000\n")
    assert tiny.run("--quiet") == 1
    said = capsys.readouterr()
    assert said.err.startswith("Nothing was published. Failed: an_order_costs_no_more_than_a_car: 1 row")
    assert said.out == ""


def test_lost_rows_are_to_be_explained(built: Any, capsys: pytest.CaptureFixture[str]) -> None:
    built.write("exports/shop/orders.csv", "order_id,ordered_at,amount\na,2026-02-01,10\n")
    assert built.run() == 1
    said = capsys.readouterr().out
    assert "an export loses at most 50% of its rows" in said
    assert "shop__orders (row_count 1, previous_row_count 15)" in said
    assert built.run("--quiet") == 1, "a failed run must not become the new measure"
    assert built.run("--max-drop", "1") == 0
    said = capsys.readouterr().out
    assert "Warning: a complete period that was published is still there: order_count" in said
    assert "Warning: a complete period moves by at most 5% once it is published: order_count" in said


def test_stale_exports_are_a_warning_and_a_failure_only_if_strict(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.write("exports/till/sales.csv", "sold_at\n2026-02-20\n")
    assert tiny.run() == 0
    said = capsys.readouterr().out
    assert "Warning: an export is as fresh as its declaration says (freshness_days): shop__orders" in said
    before = tiny.published.read_bytes()
    assert tiny.run("--strict") == 1
    assert "Failed: an export is as fresh as its declaration says" in capsys.readouterr().out
    assert tiny.published.read_bytes() == before


def test_another_folder_of_exports_does_not_mix_with_the_first(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tiny.run("load", "--quiet") == 0
    other = tiny.project / "other"
    (other / "shop").mkdir(parents=True)
    (other / "shop/orders.csv").write_text("order_id,ordered_at,amount\na,2026-02-01,10\n")
    here = ("--exports", str(other), "--output", str(tiny.output))
    assert tiny.run("--quiet", *here) == 2
    assert "replace all it holds with --full-refresh" in capsys.readouterr().err
    assert tiny.run("--quiet", *here, "--full-refresh") == 0
    assert tiny.query("select value from kpi.order_count") == [(1.0,)]


def test_a_folder_that_was_moved_asks_for_a_full_refresh(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tiny.run("load", "--quiet") == 0
    moved = (tiny.project / "exports").rename(tiny.project / "moved")
    here = ("--exports", str(moved), "--output", str(tiny.output))
    assert tiny.run("load", "--quiet", *here) == 2
    assert "moved or renamed, run once with --full-refresh" in capsys.readouterr().err
    assert tiny.run("load", "--quiet", *here, "--full-refresh") == 0


def test_one_run_at_a_time(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.output.mkdir()
    with hold(tiny.output):
        assert tiny.run() == 4
    said = capsys.readouterr().err
    assert said.startswith("Another run (process ")
    assert f"is at work in {tiny.output}" in said
    assert tiny.run("load", "--quiet") == 0


def test_a_damaged_warehouse_is_mended_with_the_rows_of_vanished_files(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,20\n")
    assert tiny.run("--quiet") == 0
    (tiny.project / "exports/shop/orders_2.csv").unlink()
    tiny.write("exports/shop/orders_3.csv", "order_id,ordered_at,amount\ny,2026-02-01,20\n")
    warehouse = tiny.output / "warehouse.duckdb"
    warehouse.write_bytes(warehouse.read_bytes()[:4096] + bytes(8192))
    assert tiny.run() == 0
    said = capsys.readouterr().out
    assert f"{warehouse} is damaged: " in said
    assert "stand again, with those of vanished files" in " ".join(said.split())
    assert tiny.query("select value from kpi.order_count order by period_start") == [(5.0,), (12.0,)]
    assert (tiny.output / "warehouse.duckdb.damaged").exists()


def test_a_damaged_warehouse_without_a_copy_is_loaded_anew(tiny: Any) -> None:
    tiny.output.mkdir()
    (tiny.output / "warehouse.duckdb").write_bytes(b"no database at all" * 1000)
    assert tiny.run("--quiet") == 0
    assert tiny.query("select value from kpi.order_count order by period_start") == [(5.0,), (10.0,)]


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        duckdb.IOException("IO Error: Cannot open file: Too many open files"),
        duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data"),
        duckdb.IOException(
            "IO Error: Trying to read a database file with version number 99, but we can only read versions"
            " between 64 and 67."
        ),
    ],
)
def test_a_fault_of_the_machine_is_no_damage(
    tiny: Any, error: duckdb.Error, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tiny.run("load", "--quiet") == 0
    before = (tiny.output / "warehouse.duckdb").read_bytes()

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(duckdb, "connect", refuse)
        with pytest.raises(CouldNotRun, match=r"warehouse\.duckdb cannot be opened: "):
            Storage(tiny.output, "1GB").mend()
    assert (tiny.output / "warehouse.duckdb").read_bytes() == before
    assert not list(tiny.output.glob("*.damaged*"))


def test_a_damaged_published_file_is_replaced(tiny: Any) -> None:
    tiny.output.mkdir()
    tiny.published.write_bytes(b"no database at all" * 1000)
    assert tiny.run("--quiet") == 0
    right = [(5.0,), (10.0,)]
    assert tiny.query("select value from kpi.order_count order by period_start") == right
    tiny.published.chmod(0o644)
    tiny.published.write_bytes(tiny.published.read_bytes()[:1000])
    assert tiny.run("--quiet") == 0  # though nothing else has changed
    assert tiny.query("select value from kpi.order_count order by period_start") == right


def test_a_warehouse_that_is_open_elsewhere_is_named(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.run("load", "--quiet") == 0
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()",
            str(tiny.output / "warehouse.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    holder.stdout.readline()
    try:
        assert tiny.run("--quiet") == 3
    finally:
        holder.communicate()
    said = capsys.readouterr().err
    assert "Another program has" in said
    assert "BI tools should open" in said


def test_a_bug_has_its_traceback_in_the_log(
    tiny: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("runner.audit.audit_inputs.measure_arrivals", stumble)
    assert tiny.run("--quiet") == 3
    said = capsys.readouterr().err
    assert "Auditing arrivals met a bug of the runner (KeyError: 'lost')." in said
    assert "Traceback" not in said
    assert "Traceback" in (tiny.output / "logs/run.log").read_text()
    assert tiny.result["exit_code"] == 3


def test_check_audits_what_stands_and_builds_nothing(built: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = built.published.read_bytes()
    built.write(
        ".sqlfluff", "[sqlfluff]\ndialect = postgres\ntemplater = jinja\nrules = capitalisation.keywords\n"
    )
    built.write(MODEL, "select 1 AS order_id")
    assert built.run("check") == 1
    said = capsys.readouterr().out
    assert "Failed: models/core/orders.sql:1: CP01" in said
    assert "Audit of KPIs: 10 passed, 0 failed." in said
    assert built.published.read_bytes() == before


def test_what_stands_on_nothing_that_changed_stands_and_its_warnings_are_told_again(
    tiny: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.write(
        "tests/sql/no_order_is_cheap.sql", "{{ config(severity='warn') }} select * from {{ ref('orders') }}"
    )
    tiny.replace("dbt_project.yml", "macro-paths: [macros]", "macro-paths: [macros]\ntest-paths: [tests/sql]")
    assert tiny.run("--quiet") == 0
    everything = check(tiny, "data tests")
    assert [found["check"] for found in everything["findings"]] == ["no_order_is_cheap"]
    tiny.write("exports/till/sales.csv", "sold_at\n2026-01-31\n")
    assert tiny.run() == 0
    assert "stand, as nothing they look at has changed" in capsys.readouterr().out
    told = check(tiny, "data tests")
    assert (told["passed"], told["findings"]) == (0, everything["findings"])
    assert told["standing"] == everything["passed"]
    assert tiny.result["models_built"] == 0
    tiny.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nx,2026-02-01,40000\n")
    assert tiny.run("--quiet") == 1
    tiny.write("exports/till/sales.csv", "sold_at\n2026-01-30\n")
    assert tiny.run("--quiet") == 1, "what failed is asked again, though it has not changed since"


def test_a_selection_is_checked_without_a_warehouse(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.write(
        ".sqlfluff", "[sqlfluff]\ndialect = postgres\ntemplater = jinja\nrules = capitalisation.keywords\n"
    )
    tiny.replace(KPI, "true as is_complete", "true AS is_complete")
    tiny.write(MODEL, (tiny.project / MODEL).read_text().replace("where", "WHERE"))
    assert tiny.run("check", "--select", "order_count") == 1
    assert check(tiny, "unit tests")["passed"] == 1
    assert [finding["check"] for finding in check(tiny, "lint")["findings"]] == [f"{KPI}:6"]
    assert "Checked only order_count" not in capsys.readouterr().out, "a check failed"
    assert not (tiny.output / "warehouse.duckdb").exists()
    assert tiny.run("check", "--select", "nothing") == 2


def test_list_shows_every_kpi_with_its_latest_value(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.run("list") == 0
    assert "order_count" in capsys.readouterr().out
    assert tiny.run("--quiet") == 0
    assert tiny.run("list") == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "order_count" in line)
    assert line.split() == ["order_count", "Orders", "count", "orders", "10", "2026-02"]
