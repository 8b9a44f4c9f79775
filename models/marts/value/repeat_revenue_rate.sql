with

orders_of_known_persons as (

    select
        ordered_on as kpi_date,
        channel,
        segment,
        case when purchase_number > 1 then net_revenue else 0 end as numerator,
        net_revenue as denominator

    from {{ ref('orders') }}

    where purchase_number is not null

)

{{ kpi_ratio('orders_of_known_persons', slices=['channel', 'segment']) }}
