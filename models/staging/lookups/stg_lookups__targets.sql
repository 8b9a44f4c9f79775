with

targets as (

    select
        'lookups' as source,
        'lookups__targets' as export,
        kpi,
        period_grain,
        coalesce(dimension, 'all') as dimension,
        coalesce(dimension_value, 'all') as dimension_value,
        valid_from,
        target

    from {{ source('lookups', 'lookups__targets') }}

)

select * from targets
