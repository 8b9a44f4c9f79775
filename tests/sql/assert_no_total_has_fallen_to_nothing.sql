{#
    Totals that were above nothing in each of three months, and are 0 since: either nothing happens any more, or an export has ended, and a
    month of which nobody tells counts as one in which nothing happened.
#}

{{ config(severity='warn') }}

with

totals as (

    select
        kpi,
        period_start,
        value,
        max(case when value <> 0 then period_start end) over (partition by kpi) as last_told_month,
        max(period_start) over (partition by kpi) as latest_month

    from {{ ref('kpis') }}

    where
        period_grain = 'month'
        and dimension = 'all'
        and is_complete
        and denominator is null

)

select
    kpi,
    last_told_month,
    latest_month

from totals

where
    last_told_month < latest_month
    and period_start <= last_told_month
    and period_start >= {{ dbt.dateadd('month', -2, 'last_told_month') }}

group by kpi, last_told_month, latest_month

having
    count(*) = 3
    and min(abs(value)) > 0
