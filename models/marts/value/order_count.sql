with

purchases as (

    select
        ordered_on as kpi_date,
        stream,
        channel,
        segment,
        1 as numerator

    from {{ ref('orders') }}

    where is_purchase

)

{{ kpi_total('purchases', slices=['stream', 'channel', 'segment']) }}
