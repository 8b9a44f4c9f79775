with

benchmarks as (

    select
        'lookups' as source,
        'lookups__benchmarks' as export,
        kpi,
        sector,
        period_grain,
        value,
        publisher,
        year,
        url

    from {{ source('lookups', 'lookups__benchmarks') }}

)

select * from benchmarks
