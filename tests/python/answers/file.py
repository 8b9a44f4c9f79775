"""A small published file, as `publish_file` writes it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from runner.published.views import view_queries

_ROWS = """
    ('order_count', 'month', date '2026-01-01', 'all', 'all', 10, null, 10, true),
    ('order_count', 'month', date '2026-01-01', 'channel', 'email', 4, null, 4, true),
    ('order_count', 'month', date '2026-01-01', 'channel', 'search', 6, null, 6, true),
    ('order_count', 'month', date '2026-02-01', 'all', 'all', 15, null, 15, true),
    ('order_count', 'month', date '2026-02-01', 'channel', 'email', 12, null, 12, true),
    ('order_count', 'month', date '2026-02-01', 'channel', 'search', 3, null, 3, true),
    ('order_count', 'month', date '2026-03-01', 'all', 'all', 2, null, 2, false),
    ('open_rate', 'month', date '2026-01-01', 'all', 'all', 10, 100, 0.1, true),
    ('open_rate', 'month', date '2026-01-01', 'source', 'mailchimp', 6, 20, 0.3, true),
    ('open_rate', 'month', date '2026-01-01', 'source', 'klaviyo', 4, 80, 0.05, true),
    ('open_rate', 'month', date '2026-02-01', 'all', 'all', 20, 100, 0.2, true),
    ('open_rate', 'month', date '2026-02-01', 'source', 'mailchimp', 20, 100, 0.2, true)
"""


def write_file(path: Path) -> None:
    """Write two KPIs over three months to `path`."""
    catalog = {
        "open_rate": {"label": "Open rate", "unit": "rate", "family": "engagement"},
        "order_count": {"label": "Orders", "unit": "count", "family": "value"},
    }
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create schema kpi;
            create table kpi.kpi_values as
            select kpi, period_grain, period_start, dimension, dimension_value,
                numerator::double as numerator, denominator::double as denominator, value::double as value,
                null::double as value_low, null::double as value_high, is_complete
            from (values {_ROWS}) as told (
                kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator, value,
                is_complete
            );
            create table kpi.catalog as
            select *, 'higher' as better, 'what is counted' as formula, 'In words.' as description,
                'Mind this.' as caveats, 'shop' as sources, null::varchar as decision, true as is_additive
            from (values
                ('open_rate', 'Open rate', 'engagement', 'rate', 'source'),
                ('order_count', 'Orders', 'value', 'count', 'channel')
            ) as told (kpi, label, family, unit, slices);
            create table kpi.scorecard as
            select kpi, 'month' as period_grain, date '2026-02-01' as period_start, 'all' as dimension,
                'all' as dimension_value, value, date '2026-01-01' as previous_period_start,
                case kpi when 'open_rate' then 0.1 else 10 end as previous_value, 'within noise' as verdict,
                false as is_thin, null::double as target, null::varchar as status
            from kpi.kpi_values where period_start = date '2026-02-01' and dimension = 'all';
            create table kpi.run as
            select timestamp '2026-03-06 05:00:00' as started_at, date '2026-03-05' as as_of,
                '{{"reporting_currency": "EUR", "reporting_timezone": "UTC"}}' as settings;
            create table kpi.restatements as
            select 'order_count' as kpi, 'month' as period_grain, date '2026-01-01' as period_start,
                'all' as dimension, 'all' as dimension_value, 9::double as first_value,
                9::double as value_before, 10::double as value, timestamp '2026-02-10 05:00:00' as changed_at,
                'late data' as reason, 'shop/orders_2.csv' as detail;
            """
        )
        for name, query in view_queries(catalog, has_targets=False):
            connection.execute(f"create view kpi.{name} as {query}")
