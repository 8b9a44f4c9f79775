with

won_deals as (

    select
        won_on as kpi_date,
        channel,
        pipeline,
        days_to_win as numerator,
        1 as denominator

    from {{ ref('sales_cycles') }}

    where days_to_win >= 0

)

{{ kpi_median('won_deals', slices=['channel', 'pipeline']) }}
