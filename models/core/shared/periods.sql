{# One row per day up to as_of and period that the day belongs to. #}

with

run as (

    select
        as_of,
        {{ start_of('year', 'first_day') }} as calendar_start

    from {{ source('raw', '_run') }}

),

numbers as (

    {{ dbt.generate_series(65536) }}

),

days as (

    select
        {{ days_after('run.calendar_start', 'cast(numbers.generated_number as int) - 1') }} as date_day,
        run.as_of

    from run
    inner join numbers
        on
            numbers.generated_number
            <= {{ days_between('run.calendar_start', 'run.as_of') }} + 1

),

calendar_periods as (

    select
        date_day,
        as_of,
        'day' as period_grain,
        date_day as period_start,
        date_day as period_end

    from days
    {# PostgreSQL has no interval of a quarter. #}
    {% for grain, part, parts in [('week', 'day', 7), ('month', 'month', 1), ('quarter', 'month', 3), ('year', 'year', 1)] %}
    union all

    select
        date_day,
        as_of,
        '{{ grain }}' as period_grain,
        {{ start_of(grain, 'date_day') }} as period_start,
        {{ days_after(dbt.dateadd(part, parts, start_of(grain, 'date_day')), -1) }} as period_end

    from days
    {% endfor %}
),

window_ends as (

    {{ dbt.generate_series(28) }}

),

-- A day is in the 28 windows that end on it and on the 27 days after it; a window ends at the latest on as_of.
rolling_periods as (

    select
        days.date_day,
        days.as_of,
        'rolling_28_days' as period_grain,
        {{ days_after('days.date_day', 'cast(window_ends.generated_number as int) - 28') }} as period_start,
        {{ days_after('days.date_day', 'cast(window_ends.generated_number as int) - 1') }} as period_end

    from days
    inner join window_ends
        on {{ days_after('days.date_day', 'cast(window_ends.generated_number as int) - 1') }} <= days.as_of

),

all_periods as (

    select * from calendar_periods

    union all

    select * from rolling_periods

)

select
    date_day,
    period_grain,
    period_start,
    period_end,
    {{ dbt.cast(days_between('period_end', 'as_of'), 'bigint') }} as days_since_end

from all_periods
