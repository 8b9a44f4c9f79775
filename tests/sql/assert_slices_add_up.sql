-- Where an additive KPI is measured, numerators and bases of every slice of a period sum to those of `all`: no row is lost or
-- counted twice.
with

additive as (

    select
        kpis.kpi,
        kpis.period_grain,
        kpis.period_start,
        kpis.dimension,
        sum(kpis.numerator) as numerator,
        sum(kpis.denominator) as denominator

    from {{ ref('kpis') }} as kpis
    inner join {{ ref('catalog') }} as catalog
        on
            kpis.kpi = catalog.kpi
            and catalog.is_additive

    where kpis.numerator is not null

    group by kpis.kpi, kpis.period_grain, kpis.period_start, kpis.dimension

),

overall as (

    select * from additive

    where dimension = 'all'

),

compared as (

    select
        additive.kpi,
        additive.period_grain,
        additive.period_start,
        additive.dimension,
        additive.numerator,
        overall.numerator as overall_numerator,
        additive.denominator,
        overall.denominator as overall_denominator

    from additive
    left join overall
        on
            additive.kpi = overall.kpi
            and additive.period_grain = overall.period_grain
            and additive.period_start = overall.period_start

)

select * from compared

where
    overall_numerator is null
    or abs(numerator - overall_numerator) > 0.000000001 * greatest(abs(overall_numerator), 1)
    or abs(coalesce(denominator, 0) - coalesce(overall_denominator, 0))
    > 0.000000001 * greatest(abs(coalesce(overall_denominator, 0)), 1)
