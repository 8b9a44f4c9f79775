{#
    One row per KPI, grain and slice of its latest complete period, beside the period before (a rolling window's: the one that ends
    where it begins), the same a year ago (days, weeks and rolling windows: 364 days, so that weekdays match), the target, the
    sector and the time before automation.
#}

{%- set automation_start = var('automation_start') %}
{%- set started_on = dbt.cast("'" ~ automation_start ~ "'" if automation_start else 'null', 'date') %}

with

complete_periods as (

    select
        kpi,
        period_grain,
        max(period_start) as period_start,
        min(case when dimension = 'all' then period_start end) as first_period_start

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

targets as (

    select
        latest.kpi,
        latest.period_grain,
        latest.dimension,
        latest.dimension_value,
        targets.target,
        row_number() over (
            partition by latest.kpi, latest.period_grain, latest.dimension, latest.dimension_value
            order by targets.valid_from desc
        ) as age_rank

    from latest
    inner join {{ ref('targets') }} as targets
        on
            latest.kpi = targets.kpi
            and latest.period_grain = targets.period_grain
            and latest.dimension = targets.dimension
            and latest.dimension_value = targets.dimension_value
            and latest.period_start >= targets.valid_from

),

-- Where sources disagree, all stand: as a range and by name.
benchmarks as (

    select
        kpi,
        period_grain,
        min(value) as benchmark_low,
        max(value) as benchmark_high,
        {{ dbt.listagg(
            measure="source || coalesce(' ' || year, '') || ': ' || " ~ dbt.cast('value', 'string'),
            delimiter_text="'; '",
            order_by_clause="order by source",
        ) }} as benchmark_sources

    from {{ ref('benchmarks') }}

    where sector = '{{ var("sector") or "all" }}'

    group by kpi, period_grain

),

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

-- Each KPI's complete periods from its first on: of a total, one in which there was nothing to count has no row.
counted_periods as (

    select
        complete_periods.kpi,
        complete_periods.period_grain,
        count(case when eras.is_before then 1 end) as periods_before,
        count(case when eras.is_since then 1 end) as periods_since

    from complete_periods
    inner join {{ ref('catalog') }} as catalog
        on complete_periods.kpi = catalog.kpi
    inner join eras
        on
            complete_periods.period_grain = eras.period_grain
            and complete_periods.first_period_start <= eras.period_start
            and catalog.settles_after_days < eras.days_since_end

    group by complete_periods.kpi, complete_periods.period_grain

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
        case
            -- Ratios of proportions differ by their logarithms, whose standard errors their intervals tell; of 0, where intervals meet.
            when coalesce(catalog.unit, '') = 'ratio' and latest.value_low > 0 and previous.value_low > 0
                then
                    (ln(latest.value) - ln(previous.value)) * 2 * 1.959963984540054
                    / nullif(sqrt(
                        power(ln(latest.value_high) - ln(latest.value_low), 2) + power(ln(previous.value_high) - ln(previous.value_low), 2)
                    ), 0)
            when coalesce(catalog.unit, '') = 'ratio'
                then case when latest.value_low <= previous.value_high and latest.value_high >= previous.value_low then 0 end
            when latest.value_low is not null and previous.value_low is not null
                then coalesce({{ two_proportion_z(
                    'latest.numerator', 'latest.denominator', 'previous.numerator', 'previous.denominator'
                ) }}, 0)
        end as change_z,
        case
            when catalog.observations = 'denominator' then latest.denominator < {{ var('thin_observations') }}
            when catalog.observations = 'numerator' then latest.numerator < {{ var('thin_observations') }}
            else observed.denominator < {{ var('thin_observations') }}
        end as is_thin,
        year_ago.period_start as year_ago_period_start,
        year_ago.value as year_ago_value,
        latest.value - year_ago.value as year_ago_change,
        targets.target,
        benchmarks.benchmark_low,
        benchmarks.benchmark_high,
        benchmarks.benchmark_sources,
        automation.value_before as baseline_value,
        automation.value_since - automation.value_before as uplift,
        case
            when latest.value_low is not null and coalesce(catalog.unit, '') <> 'ratio' then
                coalesce(
                    {{ two_proportion_z(
                        'automation.numerator_since', 'automation.denominator_since',
                        'automation.numerator_before', 'automation.denominator_before',
                    ) }},
                    case when automation.denominator_since > 0 and automation.denominator_before > 0 then 0 end
                )
        end as uplift_z,
        case when latest.value_low is not null and coalesce(catalog.unit, '') <> 'ratio' then {{ uplift_bound('-') }} end as uplift_low,
        case when latest.value_low is not null and coalesce(catalog.unit, '') <> 'ratio' then {{ uplift_bound('+') }} end as uplift_high

    from latest
    inner join {{ ref('catalog') }} as catalog
        on latest.kpi = catalog.kpi
    left join {{ ref('kpis') }} as observed
        on
            catalog.observations = observed.kpi
            and latest.period_grain = observed.period_grain
            and latest.period_start = observed.period_start
            and latest.dimension = observed.dimension
            and latest.dimension_value = observed.dimension_value
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
    left join targets
        on
            latest.kpi = targets.kpi
            and latest.period_grain = targets.period_grain
            and latest.dimension = targets.dimension
            and latest.dimension_value = targets.dimension_value
            and targets.age_rank = 1
    left join benchmarks
        on
            latest.kpi = benchmarks.kpi
            and coalesce(benchmarks.period_grain, latest.period_grain) = latest.period_grain
    left join automation
        on
            latest.kpi = automation.kpi
            and latest.period_grain = automation.period_grain
            and latest.dimension = automation.dimension
            and latest.dimension_value = automation.dimension_value

)

select
    *,
    case
        when change is null then null
        when change = 0 then 'unchanged'
        when abs(change_z) < 1.959963984540054 then 'within noise'
        when (change > 0 and better = 'higher') or (change < 0 and better = 'lower') then 'better'
        else 'worse'
    end as verdict,
    case
        when target is null or value is null then null
        when (value >= target and better = 'higher') or (value <= target and better = 'lower') then 'met'
        else 'missed'
    end as status,
    case
        when benchmark_low is null or value is null then null
        when value >= benchmark_low and value <= benchmark_high then 'within'
        when (value > benchmark_high and better = 'higher') or (value < benchmark_low and better = 'lower') then 'better'
        else 'worse'
    end as against_benchmark

from compared
