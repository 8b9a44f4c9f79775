{#
    One row per KPI, grain and slice of its latest complete period, beside the period before (a rolling window's: the one that ends
    where it begins) and the same a year ago (days, weeks and rolling windows: 364 days, so that weekdays match).
#}

with

complete_periods as (

    select
        kpi,
        period_grain,
        max(period_start) as period_start

    from {{ ref('kpis') }}

    where is_complete

    group by kpi, period_grain

),

latest as (

    select
        kpis.kpi,
        kpis.period_grain,
        kpis.period_start,
        kpis.dimension,
        kpis.dimension_value,
        kpis.numerator,
        kpis.denominator,
        kpis.value,
        kpis.value_low,
        kpis.value_high,
        {{ period_before('kpis.period_grain', 'kpis.period_start') }} as previous_period_start,
        {{ period_year_ago('kpis.period_grain', 'kpis.period_start') }} as year_ago_period_start

    from {{ ref('kpis') }} as kpis
    inner join complete_periods
        on
            kpis.kpi = complete_periods.kpi
            and kpis.period_grain = complete_periods.period_grain
            and kpis.period_start = complete_periods.period_start

),

compared as (

    select
        latest.kpi,
        catalog.label,
        catalog.family,
        catalog.unit,
        catalog.better,
        latest.period_grain,
        latest.period_start,
        latest.dimension,
        latest.dimension_value,
        latest.numerator,
        latest.denominator,
        latest.value,
        latest.value_low,
        latest.value_high,
        previous.period_start as previous_period_start,
        previous.value as previous_value,
        latest.value - previous.value as change,
        (latest.value - previous.value) / nullif(abs(previous.value), 0) as relative_change,
        year_ago.period_start as year_ago_period_start,
        year_ago.value as year_ago_value,
        latest.value - year_ago.value as year_ago_change

    from latest
    inner join {{ ref('catalog') }} as catalog
        on latest.kpi = catalog.kpi
    left join {{ ref('kpis') }} as previous
        on
            latest.kpi = previous.kpi
            and latest.period_grain = previous.period_grain
            and latest.previous_period_start = previous.period_start
            and latest.dimension = previous.dimension
            and latest.dimension_value = previous.dimension_value
    left join {{ ref('kpis') }} as year_ago
        on
            latest.kpi = year_ago.kpi
            and latest.period_grain = year_ago.period_grain
            and latest.year_ago_period_start = year_ago.period_start
            and latest.dimension = year_ago.dimension
            and latest.dimension_value = year_ago.dimension_value

)

select
    *,
    case
        when change is null then null
        when change = 0 then 'unchanged'
        when (change > 0 and better = 'higher') or (change < 0 and better = 'lower') then 'better'
        else 'worse'
    end as verdict

from compared
