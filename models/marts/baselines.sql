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

    from {{ ref('period_bounds') }}

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

-- Quotients weigh by their base; where counts add up, what was counted in a period without a base is in it too.
measured as (

    select
        kpis.kpi,
        kpis.period_grain,
        kpis.dimension,
        kpis.dimension_value,
        kpis.value,
        kpis.numerator,
        kpis.denominator,
        catalog.is_additive,
        counted_periods.periods_before,
        counted_periods.periods_since,
        eras.is_before,
        eras.is_since,
        coalesce(kpis.value * kpis.denominator, case when catalog.is_additive then kpis.numerator end) as weighed

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

),

automation as (

    select
        {%- for era in ['before', 'since'] %}
        {{ exact_sum('case when is_' ~ era ~ ' then numerator end') }} as numerator_{{ era }},
        {{ exact_sum('case when is_' ~ era ~ ' then denominator end') }} as denominator_{{ era }},
        {{ exact_sum('case when is_' ~ era ~ ' then weighed end') }} as weighed_{{ era }},
        {{ exact_sum('case when is_' ~ era ~ ' then value end') }} as total_{{ era }},
        count(case when is_{{ era }} then value end) as values_{{ era }},
        {%- endfor %}
        kpi,
        period_grain,
        dimension,
        dimension_value,
        is_additive,
        periods_before,
        periods_since,
        count(denominator) > 0 as is_quotient

    from measured

    group by kpi, period_grain, dimension, dimension_value, is_additive, periods_before, periods_since

)

-- A total is the mean of all its periods, a stock that of those known.
select
    {%- for era in ['before', 'since'] %}
    numerator_{{ era }},
    denominator_{{ era }},
    case
        when is_quotient then weighed_{{ era }} / nullif(denominator_{{ era }}, 0)
        when is_additive then coalesce(total_{{ era }}, 0) / nullif(periods_{{ era }}, 0)
        else total_{{ era }} / nullif(values_{{ era }}, 0)
    end as value_{{ era }},
    {%- endfor %}
    kpi,
    period_grain,
    dimension,
    dimension_value

from automation
