with

purchases as (

    select
        ordered_on as kpi_date,
        stream,
        channel,
        segment,
        net_revenue as numerator,
        1 as denominator

    from {{ ref('orders') }}

    where is_purchase

)

{{ kpi_average('purchases', slices=['stream', 'channel', 'segment']) }}
