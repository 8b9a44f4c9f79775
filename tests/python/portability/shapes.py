"""A small project of one model per shape, on rows as awkward as a tool's: integers, empty bases, blank slices."""

from __future__ import annotations

import shutil
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

# Rows that carry their own periods: 20 days after its end, one day after, still open.
BY_PERIOD = """
with

rows as (

    select 'month' as period_grain, cast('2025-03-01' as date) as period_start, 20 as days_since_end, 'gold' as plan, 'x' as campaign, 1 as numerator, 3 as denominator
    union all
    select 'month', cast('2025-03-01' as date), 20, 'basic', 'x', 2, 3
    union all
    select 'rolling_28_days', cast('2025-03-19' as date), 1, 'gold', 'x', 1, 2
    union all
    select 'month', cast('2025-04-01' as date), -15, 'gold', 'x', 0, 0

)

{{ kpi_rate('rows', slices=['plan', 'campaign'], settles_after_days=1, by='period') }}
"""

# Rows that carry their own slices too: figures that do not add up.
BY_SLICE = """
with

rows as (

    select 'month' as period_grain, cast('2025-03-01' as date) as period_start, 15 as days_since_end, 'all' as dimension, 'all' as dimension_value, 1 as numerator, 4 as denominator
    union all
    select 'month', cast('2025-03-01' as date), 15, 'segment', 'new', 3, 4
    union all
    select 'month', cast('2025-03-01' as date), 15, 'segment', ' ', 1, 2
    union all
    select 'day', cast('2025-03-01' as date), 45, 'segment', 'new', 1, 2
    union all
    select 'day', cast('2025-03-01' as date), 45, 'campaign', 'x', 1, 2

)

{{ kpi_ratio('rows', by='slice') }}
"""


def write_shapes_project(folder: Path, house: Path) -> Path:
    """A project with the house's macros and `periods`, and the models above. Returns its folder."""
    shutil.copytree(house / "macros", folder / "macros")
    shutil.copy2(house / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    models = folder / "models"
    models.mkdir()
    (models / "raw.yml").write_text(RAW, encoding="utf-8")
    shutil.copy2(house / "models/core/periods.sql", models)
    rows = (
        "with\n\nrows as (\n\n    " + "\n    union all\n    ".join(_select(row) for row in DAYS) + "\n\n)\n\n"
    )
    for name, shape in MODELS.items():
        (models / f"{name}.sql").write_text(rows + shape, encoding="utf-8")
    (models / "a_stock.sql").write_text(BY_PERIOD, encoding="utf-8")
    (models / "a_lift.sql").write_text(BY_SLICE, encoding="utf-8")
    return folder


def _select(row: tuple[str | int | None, ...]) -> str:
    date, channel, campaign, numerator, denominator = (
        "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value) for value in row
    )
    return (
        f"select cast({date} as date) as kpi_date, {{{{ dbt.cast(\"{channel}\", 'varchar') }}}} as channel, {campaign} as campaign,"
        f" cast({numerator} as integer) as numerator, cast({denominator} as integer) as denominator"
    )
