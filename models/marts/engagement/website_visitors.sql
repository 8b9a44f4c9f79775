with

counted_sessions as (

    select
        started_on,
        source || ':' || visitor_id as visitor,
        {{ slice_value('channel') }} as channel

    from {{ ref('sessions') }}

    where is_counted

),

told_days as (

    select started_on

    from counted_sessions

    where visitor is not null

    group by started_on

),

-- Days measured by an export that tells no visitors: of a period that holds one, nobody knows how many came.
untold_periods as (

    select
        periods.period_grain,
        periods.period_start

    from {{ ref('web_days') }} as web_days
    left join told_days
        on web_days.session_on = told_days.started_on
    inner join {{ ref('periods') }} as periods
        on web_days.session_on = periods.date_day

    where
        web_days.is_counted
        and told_days.started_on is null

    group by periods.period_grain, periods.period_start

),

visitor_days as (
    {% for dimension, value in [('all', "'all'"), ('channel', 'channel')] %}
    select distinct
        started_on,
        visitor,
        '{{ dimension }}' as dimension,
        {{ value }} as dimension_value

    from counted_sessions

    where visitor is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

days_before as (

    select
        *,
        lag(started_on) over (
            partition by dimension, dimension_value, visitor
            order by started_on
        ) as day_before

    from visitor_days

),

-- Few rows: how many came on a day, by the day of their visit before.
arrivals as (

    select
        started_on,
        day_before,
        dimension,
        dimension_value,
        count(*) as visitors

    from days_before

    group by started_on, day_before, dimension, dimension_value

),

-- A visitor counts in a period on the first of the days of it on which they came.
visitors as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        arrivals.dimension,
        arrivals.dimension_value,
        sum(arrivals.visitors) as numerator

    from arrivals
    inner join {{ ref('periods') }} as periods
        on arrivals.started_on = periods.date_day
    left join untold_periods
        on
            periods.period_grain = untold_periods.period_grain
            and periods.period_start = untold_periods.period_start

    where
        untold_periods.period_start is null
        and (arrivals.day_before is null or arrivals.day_before < periods.period_start)

    group by
        periods.period_grain, periods.period_start, periods.days_since_end,
        arrivals.dimension, arrivals.dimension_value

)

{{ kpi_total('visitors', slices=['channel'], settles_after_days=3, by='slice') }}
