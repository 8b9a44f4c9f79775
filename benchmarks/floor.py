"""The floor: the same work by hand, in few statements, from the same files and with no check of any kind.

It reads all of the benchmark's tables into types, hashes addresses, brings messages to their final state, and
sums six KPIs by period and slice. It has no attribution, no journeys, no lists and no scores, and it knows
one tool: a floor for what is asked of both, not the price of all that a build answers.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

_TYPES = {
    "campaigns": {"campaign_id": "varchar", "campaign_name": "varchar", "campaign_type": "varchar"},
    "contacts": {
        "lead_at": "timestamp",
        "mql_at": "timestamp",
        "sql_at": "timestamp",
        "customer_at": "timestamp",
    },
    "lead_scores": {"score": "double", "scored_at": "timestamp"},
    "email_events": {"occurred_at": "timestamp", "is_machine": "boolean", "is_personalized": "boolean"},
    "orders": {"ordered_at": "timestamp", "gross": "double", "tax": "double", "shipping": "double"},
    "sessions": {"started_at": "timestamp", "is_engaged": "boolean", "is_converted": "boolean"},
    "touchpoints": {"touched_at": "timestamp"},
}

_MESSAGES = """
create table messages as
with heard as (
    select
        message_id,
        any_value(channel) as channel, any_value(campaign_id) as campaign_id, any_value(segment) as segment,
        any_value(subject) as subject, any_value(variant) as variant,
        min(occurred_at) filter (event_type = 'sent') as sent_at,
        max(occurred_at) filter (event_type = 'delivered') as delivered_at,
        max(occurred_at) filter (event_type = 'bounced') as bounced_at,
        bool_or(event_type = 'bounced' and bounce_type = 'hard') as is_hard,
        bool_or(event_type = 'opened') as is_opened,
        bool_or(event_type = 'opened' and not coalesce(is_machine, false)) as is_read,
        bool_or(event_type = 'clicked') as is_clicked
    from email_events
    where cast(occurred_at as date) <= $as_of
    group by message_id
)
select
    cast(sent_at as date) as day, channel, coalesce(campaign_name, campaign_id) as campaign,
    segment, subject, variant,
    cast(
        is_read or is_clicked
        or not is_hard and (bounced_at is null or coalesce(delivered_at > bounced_at, false)) as int
    ) as delivered,
    cast(is_opened as int) as opened, cast(is_clicked as int) as clicked
from heard
left join names on campaign_id = code
where sent_at is not null
"""

_PERIODS = """
create table periods as
with days as (
    select cast(range as date) as day
    from range(
        date_trunc('year', cast($first_day as date)), cast($as_of as date) + interval 1 day, interval 1 day
    )
)
select day, 'day' as grain, day as start from days
union all select day, 'week', cast(date_trunc('week', day) as date) from days
union all select day, 'month', cast(date_trunc('month', day) as date) from days
union all select day, 'quarter', cast(date_trunc('quarter', day) as date) from days
union all select day, 'year', cast(date_trunc('year', day) as date) from days
union all
select day, 'rolling_28_days', cast(day + back - 27 as date)
from days, (select cast(range as int) as back from range(28)) where day + back <= $as_of
"""

# KPI: the rows, the day, the numerator, the denominator, the slices.
_KPIS = {
    "open_rate": (
        "messages",
        "day",
        "delivered * opened",
        "delivered",
        ("campaign", "segment", "subject", "variant"),
    ),
    "click_rate": (
        "messages",
        "day",
        "delivered * clicked",
        "delivered",
        ("campaign", "segment", "subject", "variant"),
    ),
    "bounce_rate": ("messages", "day", "1 - delivered", "1", ("campaign", "segment", "subject", "variant")),
    "website_sessions": (
        "sessions left join names on campaign = code",
        *("cast(started_at as date)", "1", "null"),
        ("channel", "source", "medium", "campaign_name as campaign", "landing_page"),
    ),
    "new_leads": (
        "contacts left join names on campaign = code",
        *("cast(lead_at as date)", "1", "null"),
        ("channel", "campaign_name as campaign", "landing_page", "segment"),
    ),
    "total_revenue": (
        "orders where status <> 'cancelled'",
        *("cast(ordered_at as date)", "gross - tax - shipping", "null", ("stream", "channel", "segment")),
    ),
}


def build(exports: Path, database: Path, first_day: date, as_of: date) -> None:
    """Write `kpis` (kpi, period_grain, period_start, dimension, dimension_value, value) to `database`."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for table, types in _TYPES.items():
            _read(connection, exports / "generic", table, types)
        connection.execute("create view names as select campaign_id as code, campaign_name from campaigns")
        connection.execute(_MESSAGES, {"as_of": as_of})
        connection.execute(_PERIODS, {"as_of": as_of, "first_day": first_day})
        parts = [_kpi_query(kpi, *told) for kpi, told in _KPIS.items()]
        connection.execute("create table kpis as " + " union all ".join(parts))


def differences(floor: Path, published: Path) -> tuple[int, int]:
    """How many values the floor has, and how many of them `published` lacks or has otherwise (1e-9)."""
    with duckdb.connect(str(floor), read_only=True) as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        row = connection.execute(
            """
            select
                count(*),
                count(*) filter (
                    not coalesce(abs(mine.value - theirs.value) <= 1e-9 * greatest(1, abs(mine.value)), false)
                )
            from kpis as mine
            left join published.kpi.kpis as theirs
                using (kpi, period_grain, period_start, dimension, dimension_value)
            """
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def _read(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, types: dict[str, str]) -> None:
    columns = connection.execute(
        f"describe from read_csv('{folder}/{table}_1.csv', header = true, all_varchar = true)"
    ).fetchall()
    has_email = any(column[0] == "email" for column in columns)
    hashed = "* replace (sha256(lower(trim(email))) as email)" if has_email else "*"
    spec = ", ".join(f"'{column[0]}': '{types.get(column[0], 'varchar')}'" for column in columns)
    connection.execute(
        f"create table {table} as select {hashed}"
        f" from read_csv('{folder}/{table}_*.csv', header = true, columns = {{{spec}}})"
    )


def _kpi_query(
    kpi: str, rows: str, day: str, numerator: str, denominator: str, slices: tuple[str, ...]
) -> str:
    names = [slice_.split(" as ")[-1] for slice_ in slices]
    texts = ", ".join(
        f"coalesce(nullif(trim({slice_.split(' as ')[0]}), ''), '(none)') as {name}"
        for slice_, name in zip(slices, names, strict=True)
    )
    relation, _, condition = rows.partition(" where ")
    source = f"select {day} as kpi_day, {numerator} as n, {denominator} as d, {texts} from {relation}"
    source += f" where {condition}" if condition else ""
    sets = ", ".join(f"(kpi_day, {name})" for name in names)
    dimension = " ".join(f"when grouping({name}) = 0 then '{name}'" for name in names)
    value = "sum(n)" if denominator == "null" else "sum(n) / nullif(sum(d), 0)"
    return f"""
        select
            '{kpi}' as kpi, grain as period_grain, start as period_start, dimension, dimension_value,
            cast({value} as double) as value
        from (
            select
                kpi_day, case {dimension} else 'all' end as dimension,
                coalesce({", ".join(names)}, 'all') as dimension_value,
                sum(n) as n, sum(d) as d
            from ({source})
            group by grouping sets ((kpi_day), {sets})
        )
        inner join periods on kpi_day = day
            and (
                dimension not in ('campaign', 'landing_page', 'subject')
                or grain not in ('day', 'rolling_28_days')
            )
        group by all
    """
