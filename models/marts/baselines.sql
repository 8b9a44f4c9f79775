{#
    One row per KPI, grain and slice: its figure over all complete periods before automation began (the setting `automation_start`), and over
    those since. No rows without the setting.
#}

{%- set automation_start = var('automation_start') %}
{%- set started_on = dbt.cast("'" ~ automation_start ~ "'" if automation_start else 'null', 'date') %}

with

-- Which periods are wholly before automation began, and which wholly since.
eras as (

    select
        period_grain,
        period_start,
        days_since_end,
        period_end < {{ started_on }} as is_before,
        period_start >= {{ started_on }} as is_since

    from {{ ref('period_edges') }}

),

-- Each KPI's complete periods since it is measured.
counted_periods as (

    select
        measured_since.kpi,
        eras.period_grain,
        count(case when eras.is_before then 1 end) as periods_before,
        count(case when eras.is_since then 1 end) as periods_since

    from {{ ref('measured_since') }} as measured_since
    inner join eras
        on
            measured_since.first_day <= eras.period_start
            and measured_since.settles_after_days < eras.days_since_end

    group by measured_since.kpi, eras.period_grain

),

-- Quotients weigh by their base; where counts add up, what was counted in a period without a base is in it too. A total is the mean of all
-- its periods, a stock that of those known.
automation as (

    select
        {%- for era in ['before', 'since'] %}
        sum(case when eras.is_{{ era }} then kpis.numerator end) as numerator_{{ era }},
        sum(case when eras.is_{{ era }} then kpis.denominator end) as denominator_{{ era }},
        case
            when count(kpis.denominator) > 0
                then
                    sum(
                        case
                            when eras.is_{{ era }}
                                then coalesce(kpis.value * kpis.denominator, case when catalog.is_additive then kpis.numerator end)
                        end
                    ) / nullif(sum(case when eras.is_{{ era }} then kpis.denominator end), 0)
            when catalog.is_additive
                then coalesce(sum(case when eras.is_{{ era }} then kpis.value end), 0) / nullif(counted_periods.periods_{{ era }}, 0)
            else avg(case when eras.is_{{ era }} then kpis.value end)
        end as value_{{ era }},
        {%- endfor %}
        kpis.kpi,
        kpis.period_grain,
        kpis.dimension,
        kpis.dimension_value

    from {{ ref('kpis') }} as kpis
    inner join {{ ref('catalog') }} as catalog
        on kpis.kpi = catalog.kpi
    inner join eras
        on
            kpis.period_grain = eras.period_grain
            and kpis.period_start = eras.period_start
    left join counted_periods
        on
            kpis.kpi = counted_periods.kpi
            and kpis.period_grain = counted_periods.period_grain

    where
        kpis.is_complete
        and {{ started_on }} is not null

    group by
        kpis.kpi,
        kpis.period_grain,
        kpis.dimension,
        kpis.dimension_value,
        catalog.is_additive,
        counted_periods.periods_before,
        counted_periods.periods_since

)

select
    kpi,
    period_grain,
    dimension,
    dimension_value,
    numerator_before,
    denominator_before,
    value_before,
    numerator_since,
    denominator_since,
    value_since

from automation
