{#
    One row per KPI, grain and slice of its latest complete period, beside the period before (a rolling window's: the one that ends
    where it begins) and the same a year ago (days, weeks and rolling windows: 364 days, so that weekdays match). A period in which
    there was nothing to divide by has a row of `all` without a value, rather than an older period in its place.
#}

with

latest_periods as (

    select
        measured_since.kpi,
        period_edges.period_grain,
        max(period_edges.period_start) as period_start,
        max(period_edges.period_end) as period_end

    from {{ ref('measured_since') }} as measured_since
    inner join {{ ref('period_edges') }} as period_edges
        on
            measured_since.first_day <= period_edges.period_start
            and measured_since.settles_after_days < period_edges.days_since_end

    group by measured_since.kpi, period_edges.period_grain

),

places as (

    select
        latest_periods.kpi,
        latest_periods.period_grain,
        latest_periods.period_start,
        latest_periods.period_end,
        kpis.dimension,
        kpis.dimension_value

    from latest_periods
    inner join {{ ref('kpis') }} as kpis
        on
            latest_periods.kpi = kpis.kpi
            and latest_periods.period_grain = kpis.period_grain

    where
        kpis.is_complete
        and (kpis.dimension = 'all' or kpis.period_start = latest_periods.period_start)

    group by
        latest_periods.kpi,
        latest_periods.period_grain,
        latest_periods.period_start,
        latest_periods.period_end,
        kpis.dimension,
        kpis.dimension_value

),

complete as (

    select
        kpi,
        period_grain,
        period_start,
        dimension,
        dimension_value,
        numerator,
        denominator,
        value,
        value_low,
        value_high

    from {{ ref('kpis') }}

    where is_complete

),

compared_periods as (

    select
        kpi,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_value,
        {{ period_before('period_grain', 'period_start') }} as previous_period_start,
        {{ period_year_ago('period_grain', 'period_start') }} as year_ago_period_start

    from places

)

select
    compared_periods.kpi,
    compared_periods.period_grain,
    compared_periods.period_start,
    compared_periods.dimension,
    compared_periods.dimension_value,
    {{ dbt.cast(days_between('compared_periods.period_start', 'compared_periods.period_end') ~ ' + 1', 'int') }} as days,
    latest.numerator,
    latest.denominator,
    latest.value,
    latest.value_low,
    latest.value_high,
    previous.period_start as previous_period_start,
    {{ dbt.cast(days_between('compared_periods.previous_period_start', 'compared_periods.period_start'), 'int') }} as previous_days,
    previous.numerator as previous_numerator,
    previous.denominator as previous_denominator,
    previous.value as previous_value,
    previous.value_low as previous_value_low,
    previous.value_high as previous_value_high,
    year_ago.period_start as year_ago_period_start,
    year_ago.value as year_ago_value

from compared_periods
left join complete as latest
    on
        compared_periods.kpi = latest.kpi
        and compared_periods.period_grain = latest.period_grain
        and compared_periods.period_start = latest.period_start
        and compared_periods.dimension = latest.dimension
        and compared_periods.dimension_value = latest.dimension_value
left join complete as previous
    on
        compared_periods.kpi = previous.kpi
        and compared_periods.period_grain = previous.period_grain
        and compared_periods.previous_period_start = previous.period_start
        and compared_periods.dimension = previous.dimension
        and compared_periods.dimension_value = previous.dimension_value
left join complete as year_ago
    on
        compared_periods.kpi = year_ago.kpi
        and compared_periods.period_grain = year_ago.period_grain
        and compared_periods.year_ago_period_start = year_ago.period_start
        and compared_periods.dimension = year_ago.dimension
        and compared_periods.dimension_value = year_ago.dimension_value
