"""A published file as a test writes it: two KPIs, three months, slices and names that mean harm."""

from __future__ import annotations

from pathlib import Path

import duckdb

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"

SQL = """
create schema kpi;
create table kpi.run as select
    timestamp '2026-04-01 08:00:00' as started_at, date '2026-03-10' as as_of, date '2026-01-01' as first_day,
    'exports' as exports,
    '{"reporting_currency": "EUR", "reporting_timezone": "UTC", "attribution_model": "linear"}' as settings;
create table kpi.catalog as select * from (values
    ('click_rate', $hostile, 'engagement', 'rate', 'higher', $hostile, $hostile, $hostile, true, 3,
     'campaign', 'generic', $hostile, 'docs/decisions/denominators.md'),
    ('total_revenue', 'Total revenue', 'value', 'currency', 'higher', 'revenue', 'All revenue.', 'Finance',
     true, 0, '', 'generic', null, null),
    ('order_count', 'Orders', 'value', 'count', 'higher', 'orders', 'All orders.', 'Finance', true, 0, '',
     'generic', null, null)
) as t (kpi, label, family, unit, better, formula, description, owner, is_additive, settles_after_days,
    slices, sources, caveats, decision);
create table kpi.kpis (
    kpi varchar, period_grain varchar, period_start date, dimension varchar, dimension_value varchar,
    numerator double, denominator double, value double, value_low double, value_high double,
    is_complete boolean
);
insert into kpi.kpis values
    ('click_rate', 'month', date '2026-01-01', 'all', 'all', 1.0, 10.0, 0.1, 0.02, 0.4, true),
    ('click_rate', 'month', date '2026-02-01', 'all', 'all', 2.0, 10.0, 0.2, 0.06, 0.5, true),
    ('click_rate', 'month', date '2026-03-01', 'all', 'all', 0.0, 4.0, 0.0, 0.0, 0.5, false),
    ('click_rate', 'month', date '2026-02-01', 'campaign', $hostile, 2.0, 4.0, 0.5, 0.15, 0.85, true),
    ('click_rate', 'month', date '2026-02-01', 'campaign', 'Spring', 0.0, 6.0, 0.0, 0.0, 0.4, true),
    ('total_revenue', 'month', date '2026-01-01', 'all', 'all', 0.1, null, 0.1, null, null, true),
    ('total_revenue', 'month', date '2026-02-01', 'all', 'all', 1234.5, null, 1234.5, null, null, true);
insert into kpi.kpis
select
    'click_rate', 'month', date '2026-02-01', 'subject', 'Subject ' || n, 0.0, n, n / 100.0, null, null, true
from range(1, 31) as t (n);
create table kpi.scorecard as select
    kpi, period_grain, period_start, dimension, dimension_value, value,
    date '2026-01-01' as previous_period_start,
    0.1::double as previous_value, value - 0.1::double as change,
    (value - 0.1::double) / 0.1::double as relative_change,
    case when kpi = 'click_rate' then 0.1::double end as benchmark_low,
    case when kpi = 'click_rate' then 0.25::double end as benchmark_high,
    case when kpi = 'click_rate' then 'A Study 2024: 0.1; B Study 2023: 0.25' end as benchmark_sources,
    case when kpi = 'click_rate' then 'all' end as benchmark_sector,
    case when kpi = 'click_rate' then 'of old' end as benchmark_caveat,
    case when kpi = 'click_rate' then 'within' end as against_benchmark,
    case when kpi = 'click_rate' then 0.05::double end as baseline_value,
    case when kpi = 'click_rate' then 0.15::double end as uplift,
    case when kpi = 'click_rate' then 0.01::double end as uplift_low,
    case when kpi = 'click_rate' then 0.29::double end as uplift_high,
    kpi = 'click_rate' as is_thin,
    case when dimension = 'all' then 0.15::double end as target, 'met' as status, 'within noise' as verdict
from kpi.kpis where period_start = date '2026-02-01';
create table kpi.run_exports as select
    'generic' as source, 'generic__orders' as export, 1 as files, 9 as rows_read, 8 as accepted,
    1 as quarantined, timestamp '2026-03-01 10:00:00' as newest_event, 3 as freshness_days;
"""
CLAIMS = """
create table kpi.claims as select
    'month' as period_grain, date '2026-02-01' as period_start, *, '7-day click' as claim_window,
    'last touch' as claim_model, true as is_complete
from (values
    ('meta_ads', 'revenue', 'currency', 'all', 'all', 300.5e0, 1e2, 200.5e0, 0e0, 2e1, 10.5e0, 0e0, 0e0,
     12e1, 0e0, 0e0, 0e0, 0e0, 5e1),
    ('meta_ads', 'revenue', 'currency', 'paid_social', $hostile, 300.5, 100.0, 200.5, 0.0, 20.0, 10.5, 0.0,
     0.0, 120.0, 0.0, 0.0, 0.0, 0.0, 50.0),
    ('mailer', 'revenue', 'currency', 'all', 'all', 90.0, 90.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
     0.0, 0.0, 0.0),
    ('mailer', 'open_rate', 'rate', 'all', 'all', 0.4, 0.5, -0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
     -0.1, 0.0),
    ('mailer', 'sessions', 'count', 'all', 'all', 7.0, null, null, null, null, null, null, null, null, null,
     null, null, null, null)
) as t (tool, claim, unit, channel, campaign, claimed, audited, difference, other_window, view_through,
    refunds, tax, shipping, double_claims, other_model, other_day, unknown_persons, other_denominator,
    unexplained);
create table kpi.restatements as select
    'total_revenue' as kpi, 'month' as period_grain, date '2026-01-01' as period_start, 'all' as dimension,
    'all' as dimension_value, timestamp '2026-02-02 08:00:00' as first_published_at, 0.2e0 as first_value,
    0.2e0 as value_before, 0.1e0 as value, timestamp '2026-04-01 08:00:00' as changed_at, 1 as times,
    'late data' as reason, $hostile as detail, null as accepted_because;
"""
NOTES = """
create table kpi.run_notes as select
    'quarantined' as kind, 'generic' as source, 'generic__orders' as export, $hostile as text, 1 as row_count,
    'generic/orders.csv' as file, 3 as line;
"""


def write_published(path: Path, *, with_notes: bool = True) -> Path:
    """Write the file to `path`; without notes and claims it is one of an older version. Returns `path`."""
    with duckdb.connect(str(path)) as connection:
        for statement in (SQL + (CLAIMS + NOTES if with_notes else "")).split(";\n"):
            if statement.strip():
                marked = "$hostile" in statement
                connection.execute(statement, {"hostile": HOSTILE} if marked else None)
    return path
