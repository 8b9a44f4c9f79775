{#
    One row per KPI, grain and slice of its latest complete period, beside the period before (a rolling window's: the one that ends
    where it begins) and the same a year ago (days, weeks and rolling windows: 364 days, so that weekdays match). A period in which
    there was nothing to divide by has a row of `all` without a value, rather than an older period in its place.
#}

with

latest_periods as (

    select
        measured_since.kpi,
        period_bounds.period_grain,
        max(period_bounds.period_start) as period_start,
        max(period_bounds.period_end) as period_end

    from {{ ref('measured_since') }} as measured_since
    inner join {{ ref('period_bounds') }} as period_bounds
        on
            measured_since.first_day <= period_bounds.period_start
            and measured_since.settles_after_days < period_bounds.days_since_end

    group by measured_since.kpi, period_bounds.period_grain

),

compared_periods as (

    select
        kpi,
        period_grain,
        period_start,
        period_end,
        {{ period_before('period_grain', 'period_start') }} as previous_period_start,
        {{ period_year_ago('period_grain', 'period_start') }} as year_ago_period_start

    from latest_periods

),

-- What of a KPI's complete figures is asked for, by the three periods; `all` is there whatever its period.
figures as (

    select
        compared_periods.kpi,
        compared_periods.period_grain,
        compared_periods.period_start,
        compared_periods.period_end,
        compared_periods.previous_period_start,
        compared_periods.year_ago_period_start,
        kpis.period_start as figure_start,
        kpis.dimension,
        kpis.dimension_value,
        kpis.numerator,
        kpis.denominator,
        kpis.value,
        kpis.value_low,
        kpis.value_high

    from {{ ref('kpis') }} as kpis
    inner join compared_periods
        on
            kpis.kpi = compared_periods.kpi
            and kpis.period_grain = compared_periods.period_grain

    where
        kpis.is_complete
        and (
            kpis.dimension = 'all'
            or kpis.period_start = compared_periods.period_start
            or kpis.period_start = compared_periods.previous_period_start
            or kpis.period_start = compared_periods.year_ago_period_start
        )

)

select
    kpi,
    period_grain,
    period_start,
    dimension,
    dimension_value,
    {{ dbt.cast(days_between('period_start', 'period_end') ~ ' + 1', 'int') }} as days,
    {%- for column in ['numerator', 'denominator', 'value', 'value_low', 'value_high'] %}
    max(case when figure_start = period_start then {{ column }} end) as {{ column }},
    {%- endfor %}
    max(case when figure_start = previous_period_start then figure_start end) as previous_period_start,
    {{ dbt.cast(days_between('previous_period_start', 'period_start'), 'int') }} as previous_days,
    {%- for column in ['numerator', 'denominator', 'value', 'value_low', 'value_high'] %}
    max(case when figure_start = previous_period_start then {{ column }} end) as previous_{{ column }},
    {%- endfor %}
    max(case when figure_start = year_ago_period_start then figure_start end) as year_ago_period_start,
    max(case when figure_start = year_ago_period_start then value end) as year_ago_value

from figures

group by kpi, period_grain, period_start, period_end, dimension, dimension_value, previous_period_start, year_ago_period_start

-- A slice is there where the latest period has it.
having max(case when dimension = 'all' or figure_start = period_start then 1 end) = 1
