{#
    One row per KPI, grain and slice of its latest complete period: beside the period before and a year ago, the target, the sector and the
    time before automation, with what each says. Which period that is stands in `latest_figures`, the time before in `baselines`.
#}

{%- set z = z95() %}
{%- set sector = var('sector') or 'all' %}

with

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

    from {{ ref('latest_figures') }} as latest
    inner join {{ ref('targets') }} as targets
        on
            latest.kpi = targets.kpi
            and latest.period_grain = targets.period_grain
            and latest.dimension = targets.dimension
            and latest.dimension_value = targets.dimension_value
            and latest.period_start >= targets.valid_from

),

-- A sector of which nobody published a figure is judged by those of all.
sector_figures as (

    select
        kpi,
        period_grain,
        sector,
        value,
        source,
        year,
        max(case when sector = '{{ sector }}' then 1 else 0 end) over (partition by kpi, period_grain) as has_sector

    from {{ ref('benchmarks') }}

    where sector in ('{{ sector }}', 'all')

),

-- Where sources disagree, all stand: as a range and by name.
benchmarks as (

    select
        kpi,
        period_grain,
        min(sector) as benchmark_sector,
        min(year) as oldest_year,
        min(value) as benchmark_low,
        max(value) as benchmark_high,
        {{ dbt.listagg(
            measure="source || coalesce(' ' || year, '') || ': ' || " ~ number_text('value'),
            delimiter_text="'; '",
            order_by_clause="order by source",
        ) }} as benchmark_sources

    from sector_figures

    where
        sector = '{{ sector }}'
        or has_sector = 0

    group by kpi, period_grain

),

grains as (

    select distinct
        kpi,
        period_grain

    from {{ ref('latest_figures') }}

),

-- The sector's own go before those of all, one that is told of a grain before one that is told of any.
benchmarks_by_grain as (

    select
        benchmarks.*,
        grains.period_grain as judged_grain,
        row_number() over (
            partition by benchmarks.kpi, grains.period_grain
            order by
                case when benchmarks.benchmark_sector = 'all' then 1 else 0 end,
                case when benchmarks.period_grain is null then 1 else 0 end
        ) as grain_rank

    from benchmarks
    inner join grains
        on
            benchmarks.kpi = grains.kpi
            and coalesce(benchmarks.period_grain, grains.period_grain) = grains.period_grain

),

compared as (

    select
        latest.kpi,
        catalog.label,
        catalog.family,
        catalog.unit,
        catalog.better,
        catalog.grows_with_age,
        latest.period_grain,
        latest.period_start,
        latest.dimension,
        latest.dimension_value,
        latest.numerator,
        latest.denominator,
        latest.value,
        latest.value_low,
        latest.value_high,
        latest.previous_period_start,
        latest.previous_value,
        latest.value - latest.previous_value as change,
        (latest.value - latest.previous_value) / nullif(abs(latest.previous_value), 0) as relative_change,
        case
            -- Ratios of proportions differ by their logarithms, whose standard errors their intervals tell; of 0, where intervals meet.
            when coalesce(catalog.unit, '') = 'ratio' and latest.value_low > 0 and latest.previous_value_low > 0
                then
                    (ln(latest.value) - ln(latest.previous_value)) * 2 * {{ z }}
                    / nullif(sqrt(
                        power(ln(latest.value_high) - ln(latest.value_low), 2)
                        + power(ln(latest.previous_value_high) - ln(latest.previous_value_low), 2)
                    ), 0)
            when coalesce(catalog.unit, '') = 'ratio'
                then case when latest.value_low <= latest.previous_value_high and latest.value_high >= latest.previous_value_low then 0 end
            when latest.value_low is not null and latest.previous_value_low is not null
                then coalesce({{ two_proportion_z(
                    'latest.numerator', 'latest.denominator', 'latest.previous_numerator', 'latest.previous_denominator'
                ) }}, 0)
            when catalog.unit = 'count'
                then {{ two_count_z('latest.value', 'latest.days', 'latest.previous_value', 'latest.previous_days') }}
            when catalog.unit = 'points'
                then {{ two_score_z(
                    'latest.value / 100', 'latest.denominator', 'latest.previous_value / 100', 'latest.previous_denominator'
                ) }}
        end as change_z,
        case
            when catalog.observations = 'denominator' then latest.denominator < {{ var('thin_observations') }}
            when catalog.observations = 'numerator' then latest.numerator < {{ var('thin_observations') }}
            else observed.denominator < {{ var('thin_observations') }}
        end as is_thin,
        latest.year_ago_period_start,
        latest.year_ago_value,
        latest.value - latest.year_ago_value as year_ago_change,
        targets.target,
        benchmarks.benchmark_sector,
        benchmarks.benchmark_low,
        benchmarks.benchmark_high,
        benchmarks.benchmark_sources,
        case
            when latest.kpi in ('open_rate', 'human_open_rate', 'click_to_open_rate') and benchmarks.oldest_year < '2021'
                then 'before 2021 mail programs did not open messages by themselves'
        end as benchmark_caveat,
        baselines.value_before as baseline_value,
        baselines.value_since - baselines.value_before as uplift,
        case
            when catalog.unit = 'rate' then
                coalesce(
                    {{ two_proportion_z(
                        'baselines.numerator_since', 'baselines.denominator_since',
                        'baselines.numerator_before', 'baselines.denominator_before',
                    ) }},
                    case when baselines.denominator_since > 0 and baselines.denominator_before > 0 then 0 end
                )
        end as uplift_z,
        case when catalog.unit = 'rate' then {{ uplift_bound('-') }} end as uplift_low,
        case when catalog.unit = 'rate' then {{ uplift_bound('+') }} end as uplift_high

    from {{ ref('latest_figures') }} as latest
    inner join {{ ref('catalog') }} as catalog
        on latest.kpi = catalog.kpi
    left join {{ ref('kpis') }} as observed
        on
            catalog.observations = observed.kpi
            and latest.period_grain = observed.period_grain
            and latest.period_start = observed.period_start
            and latest.dimension = observed.dimension
            and latest.dimension_value = observed.dimension_value
    left join targets
        on
            latest.kpi = targets.kpi
            and latest.period_grain = targets.period_grain
            and latest.dimension = targets.dimension
            and latest.dimension_value = targets.dimension_value
            and targets.age_rank = 1
    left join benchmarks_by_grain as benchmarks
        on
            latest.kpi = benchmarks.kpi
            and latest.period_grain = benchmarks.judged_grain
            and benchmarks.grain_rank = 1
    left join {{ ref('baselines') }} as baselines
        on
            latest.kpi = baselines.kpi
            and latest.period_grain = baselines.period_grain
            and latest.dimension = baselines.dimension
            and latest.dimension_value = baselines.dimension_value

)

select
    kpi,
    label,
    family,
    unit,
    better,
    period_grain,
    period_start,
    dimension,
    dimension_value,
    numerator,
    denominator,
    value,
    value_low,
    value_high,
    previous_period_start,
    previous_value,
    change,
    relative_change,
    change_z,
    is_thin,
    year_ago_period_start,
    year_ago_value,
    year_ago_change,
    target,
    benchmark_sector,
    benchmark_low,
    benchmark_high,
    benchmark_sources,
    benchmark_caveat,
    baseline_value,
    uplift,
    uplift_z,
    uplift_low,
    uplift_high,
    case
        when change is null or grows_with_age then null
        when {{ is_as_good_as('value', 'previous_value') }} then 'unchanged'
        -- A count may rise and yet fall by the day, where the period is longer: then it proves nothing.
        when case when change > 0 then change_z else -change_z end < {{ z }} then 'within noise'
        when (change > 0 and better = 'higher') or (change < 0 and better = 'lower') then 'better'
        else 'worse'
    end as verdict,
    case
        when target is null or value is null then null
        when {{ is_as_good_as('value', 'target') }} then 'met'
        when (value > target and better = 'higher') or (value < target and better = 'lower') then 'met'
        else 'missed'
    end as status,
    case
        when benchmark_low is null or value is null then null
        when value >= benchmark_low and value <= benchmark_high then 'within'
        when {{ is_as_good_as('value', 'benchmark_low') }} or {{ is_as_good_as('value', 'benchmark_high') }} then 'within'
        when (value > benchmark_high and better = 'higher') or (value < benchmark_low and better = 'lower') then 'better'
        else 'worse'
    end as against_benchmark

from compared
