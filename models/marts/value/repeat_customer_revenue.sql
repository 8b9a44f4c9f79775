with

repeat_orders as (

    select
        ordered_on as kpi_date,
        channel,
        segment,
        net_revenue as numerator

    from {{ ref('orders') }}

    where purchase_number > 1

)

{{ kpi_total('repeat_orders', slices=['channel', 'segment']) }}
