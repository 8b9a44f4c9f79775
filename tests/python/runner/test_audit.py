"""An audit finds what is wrong, and an expectation that cannot be checked has failed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from runner.audit import gates as audit
from runner.audit.gates import Auditor, Rule
from runner.audit.limits import Limits
from runner.audit.loads import measure_loads, note_accepted
from runner.audit.periods import measure_periods
from runner.results import CheckReport, Finding, Run
from runner.settings import Settings

KPI_ROW = (
    "'open_rate', 'month', date '2026-01-01', 'all', 'all', 1.0::double, 4.0::double, {value}::double,"
    " null::double, null::double, true"
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """One sound export and one sound KPI."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw; create schema kpi; create schema audit")
        connection.execute("create table raw._run as select date '2026-02-01' as as_of")
        connection.execute(
            "create table audit.arrivals as select 'shop' as source, 'shop__orders' as export, 1 as files,"
            " 200 as rows_read, 199 as accepted, 1 as quarantined, 0 as superseded,"
            " 0 as added_up, 0 as left_out, 199 as row_count,"
            " 210 as previous_row_count, 0 as missing_required, 0 as duplicate_keys,"
            " timestamp '2025-01-01' as oldest_event, timestamp '2026-02-01' as newest_event,"
            " 9 as freshness_days"
        )
        connection.execute("create table audit.lost (kpi varchar, published_rows bigint)")
        measure_loads(connection, (), path.parent / "history.duckdb", "exports")
        note_accepted(connection, (), ())
        measure_periods(connection, path, Run(Settings(path, path, path)), path.parent / "history.duckdb")
        connection.execute(
            "create table audit.changes (kpi varchar, period_grain varchar, period_start date,"
            " published_value double, value double, change double)"
        )
        connection.execute(
            "create table kpi.kpis (kpi varchar, period_grain varchar, period_start date, dimension varchar,"
            " dimension_value varchar, numerator double, denominator double, value double, value_low double,"
            " value_high double, is_complete boolean)"
        )
        connection.execute(f"insert into kpi.kpis values ({KPI_ROW.format(value=0.25)})")
        connection.execute("create table kpi.catalog as select 'open_rate' as kpi, 'rate' as unit")
    return path


def auditor(warehouse: Path, change: str = "") -> Auditor:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(change)
    return Auditor(f"duckdb+audit:///{warehouse}", warehouse.parent / "docs")


def the_finding(report: CheckReport) -> Finding:
    (finding,) = report.findings
    return finding


def test_sound_exports_and_kpis_pass(warehouse: Path) -> None:
    sound = auditor(warehouse)
    assert sound.arrivals(0.01, 0.5, Limits()) == CheckReport("audit of arrivals", passed=19)
    assert sound.kpis(0.5, Limits()) == CheckReport("audit of KPIs", passed=10)


@pytest.mark.parametrize(
    ("change", "check", "why", "stops"),
    [
        ("accepted = 150", "every row read is accepted", "accepted 150, quarantined 1", True),
        ("quarantined = 3, accepted = 197", "at most 1.0% of an export's rows", "quarantined 3", True),
        ("row_count = 100", "loses at most 50% of its rows", "row_count 100, previous_row_count 210", True),
        ("missing_required = 2", "required columns have a value", "missing_required 2", True),
        ("duplicate_keys = 1", "a key stands once", "duplicate_keys 1", True),
        ("oldest_event = '1899-12-30'", "nothing happened before 1995-01-01", "1899-12-30", True),
        ("newest_event = '2026-01-22'", "as fresh as its declaration says", "2026-01-22", False),
    ],
)
def test_an_unsound_export_is_named(warehouse: Path, change: str, check: str, why: str, stops: bool) -> None:
    finding = the_finding(
        auditor(warehouse, f"update audit.arrivals set {change}").arrivals(0.01, 0.5, Limits())
    )
    assert check in finding.check
    assert finding.why.startswith("shop__orders")
    assert why in finding.why
    assert finding.stops is stops


@pytest.mark.parametrize(
    ("change", "check", "why", "stops"),
    [
        (f"insert into kpi.kpis values ({KPI_ROW.format(value=0.5)})", "says one thing", "row_count 2", True),
        ("update kpi.kpis set value = 1.5", "within the bounds of its unit", "value 1.5", True),
        ("update kpi.kpis set value = 'nan'", "within the bounds of its unit", "value nan", True),
        ("update kpi.kpis set kpi = 'openrate'", "every KPI stands in the catalog", "openrate", True),
        ("insert into audit.lost values ('click_rate', 7)", "still has values", "published_rows 7", True),
        (
            "insert into audit.changes values ('open_rate', 'month', '2026-01-01', 0.25, null, null)",
            "is still there",
            "published_value 0.25",
            False,
        ),
        (
            "insert into audit.changes values ('open_rate', 'month', '2026-01-01', 0.25, 0.3, 0.2)",
            "moves by at most 5%",
            "open_rate (period_grain month, period_start 2026-01-01, published_value 0.25, value 0.3)",
            False,
        ),
        ("alter table kpi.kpis drop is_complete", "match ordered list", "found ['kpi', 'period_grain'", True),
        ("delete from kpi.kpis", "leave KPIs to publish", "rows_by_export shop__orders 199", True),
    ],
)
def test_an_unsound_kpi_is_named(warehouse: Path, change: str, check: str, why: str, stops: bool) -> None:
    finding = the_finding(auditor(warehouse, change).kpis(0.5, Limits()))
    assert check in finding.check
    assert why in finding.why
    assert finding.stops is stops


def test_an_expectation_that_raises_has_failed_and_says_why(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "kpi_rules", lambda: (Rule("a rule", "select * from {batch} where typo"),))
    finding = the_finding(auditor(warehouse).kpis(0.5, Limits()))
    assert finding.check == "a rule"
    assert "could not be checked: " in finding.why
    assert "typo" in finding.why
    assert finding.stops


def test_the_data_docs_are_written_where_they_belong(warehouse: Path) -> None:
    sound = auditor(warehouse)
    sound.arrivals(0.01, 0.5, Limits())
    sound.kpis(0.5, Limits())
    sound.write_docs()
    pages = [path.name for path in (warehouse.parent / "docs/validations").rglob("*.html")]
    assert len(pages) == 6
    sound.write_docs()
    (earlier,) = (path for path in (warehouse.parent / "docs/earlier").iterdir() if path.is_dir())
    assert len(list((earlier / "validations").rglob("*.html"))) == 6
    assert earlier.name in (warehouse.parent / "docs/earlier/index.html").read_text(encoding="utf-8")
    assert (warehouse.parent / "docs/index.html").is_file()


def test_the_warehouse_can_be_written_after_an_audit(warehouse: Path) -> None:
    auditor(warehouse).kpis(0.5, Limits())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table main.written as select 1 as one")
