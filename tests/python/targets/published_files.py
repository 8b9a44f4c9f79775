"""Published files as a run writes them, of a few rows that all tell which run they are of."""

from __future__ import annotations

from pathlib import Path

import duckdb

DAYS = 400
KPIS = ("open_rate", "click_rate")


def write_published(path: Path, run: int, *, more: str = "") -> Path:
    """A file in which every value is the run's number; `more`: further SQL on it. Returns `path`."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"""
            create schema kpi;
            create table kpi.kpi_values as
            select
                kpi, 'day' as period_grain, cast('2025-01-01' as date) + cast(n as integer) as period_start,
                'all' as dimension, 'all' as dimension_value, cast({run} as double) as numerator,
                cast(null as double) as denominator, {run} + 1e-17 * n as value,
                cast(null as double) as value_low, 1 / 3 as value_high, n % 2 = 0 as is_complete
            from unnest({list(KPIS)!r}) as kpis (kpi), range({DAYS}) as days (n);
            create view kpi.open_rate as select * from kpi.kpi_values where kpi = 'open_rate';
            create view kpi.kpis as select * from kpi.kpi_values;
            create table kpi.catalog as select 'open_rate' as kpi, 'It''s "opened", ö' as label, '' as empty,
                cast(null as varchar) as nothing, 'two' || chr(10) || 'lines' as lines;
            create table kpi.run as select '{run}' as run_id;
            comment on table kpi.catalog is 'What each KPI''s about.';
            comment on column kpi.kpi_values.value is 'Never rounded.';
            {more}
        """)
    return path
