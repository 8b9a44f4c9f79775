with

closed_opportunities as (

    select
        closed_on as kpi_date,
        channel,
        pipeline,
        case when outcome = 'won' then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('opportunities') }}

    where outcome in ('won', 'lost')

)

{{ kpi_rate('closed_opportunities', slices=['channel', 'pipeline']) }}
