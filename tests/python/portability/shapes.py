"""A small project of one model per shape, on awkward rows: integers, empty bases, blank slices."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

PROJECT = """
name: marketing_kpis
version: "1.0"
profile: marketing_kpis
flags: {send_anonymous_usage_stats: false}
vars: {reporting_currency: EUR, reporting_timezone: UTC, wide_slices: [campaign]}
models: {+materialized: table, +schema: kpi}
"""

RAW = """
sources:
  - {name: raw, schema: raw, tables: [{name: _run}]}
"""

DAYS = (
    # kpi_date, channel, campaign, numerator, denominator
    ("2025-02-03", "email", "spring", 3, 8),
    ("2025-02-03", " email ", "autumn", 1, 8),
    ("2025-02-04", None, "spring", 1, 3),
    ("2025-02-04", "  ", "spring", 0, 1),
    ("2025-02-05", "sms", "spring", None, 100),
    ("2025-02-05", "sms", "spring", 7, None),
    ("2025-03-03", "email", "spring", 0, 0),
    ("2025-04-10", "email", "spring", 1, 4),
    ("2025-04-16", "email", "spring", 50, 50),
    (None, "email", "spring", 50, 50),
)

MODELS = {
    "a_rate": "{{ kpi_rate('rows', slices=['channel', 'campaign'], settles_after_days=3) }}",
    "a_rate_of_all": "{{ kpi_rate('rows') }}",
    "a_ratio": "{{ kpi_ratio('rows', slices=['channel'], scale=100) }}",
    "a_total": "{{ kpi_total('rows', slices=['channel', 'campaign']) }}",
    "an_average": "{{ kpi_average('rows', slices=['channel']) }}",
    "a_median": "{{ kpi_median('rows', slices=['channel']) }}",
}

PERIOD = ("period_grain", "period_start", "days_since_end")
# Rows that carry their own periods: 20 days after its end, one day after, still open.
STOCKS = (
    # *PERIOD, plan, campaign, numerator, denominator
    ("month", "2025-03-01", 20, "gold", "x", 1, 3),
    ("month", "2025-03-01", 20, "basic", "x", 2, 3),
    ("rolling_28_days", "2025-03-19", 1, "gold", "x", 1, 2),
    ("month", "2025-04-01", -15, "gold", "x", 0, 0),
)
STOCK = "{{ kpi_rate('rows', slices=['plan', 'campaign'], settles_after_days=1, by='period') }}"
# Rows that carry their own slices too: figures that do not add up.
LIFTS = (
    # *PERIOD, dimension, dimension_value, numerator, denominator
    ("month", "2025-03-01", 15, "all", "all", 1, 4),
    ("month", "2025-03-01", 15, "segment", "new", 3, 4),
    ("month", "2025-03-01", 15, "segment", " ", 1, 2),
    ("day", "2025-03-01", 45, "segment", "new", 1, 2),
    ("day", "2025-03-01", 45, "campaign", "x", 1, 2),
)
LIFT = "{{ kpi_ratio('rows', by='slice') }}"
COUNTS = ("numerator", "denominator")
TYPES = {
    "kpi_date": "date",
    "period_start": "date",
    "days_since_end": "integer",
    "numerator": "integer",
    "denominator": "integer",
}


def write_shapes_project(folder: Path, house: Path) -> Path:
    """A project with the house's macros and `periods`, and the models above. Returns its folder."""
    shutil.copytree(house / "macros", folder / "macros")
    shutil.copy2(house / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    models = folder / "models"
    models.mkdir()
    (models / "raw.yml").write_text(RAW, encoding="utf-8")
    shutil.copy2(house / "models/core/shared/periods.sql", models)
    days = _rows(("kpi_date", "channel", "campaign", *COUNTS), DAYS)
    for name, shape in MODELS.items():
        (models / f"{name}.sql").write_text(days + shape, encoding="utf-8")
    stocks = _rows((*PERIOD, "plan", "campaign", *COUNTS), STOCKS)
    (models / "a_stock.sql").write_text(stocks + STOCK, encoding="utf-8")
    lifts = _rows((*PERIOD, "dimension", "dimension_value", *COUNTS), LIFTS)
    (models / "a_lift.sql").write_text(lifts + LIFT, encoding="utf-8")
    return folder


def _rows(columns: Sequence[str], rows: Sequence[Sequence[str | int | None]]) -> str:
    """A CTE `rows`, typed."""
    selects = []
    for row in rows:
        cells = zip(columns, row, strict=True)
        selects.append("select " + ", ".join(f"{_cell(name, value)} as {name}" for name, value in cells))
    return "with\n\nrows as (\n\n    " + "\n    union all\n    ".join(selects) + "\n\n)\n\n"


def _cell(column: str, value: str | int | None) -> str:
    literal = "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
    return f"{{{{ dbt.cast(\"{literal}\", '{TYPES.get(column, 'varchar')}') }}}}"
