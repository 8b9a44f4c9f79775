with

customers as (

    select
        first_purchased_on as kpi_date,
        channel,
        segment,
        net_revenue * {{ var('margin') }} as numerator,
        1 as denominator

    from {{ ref('customer_values') }}

)

{{ kpi_average('customers', slices=['channel', 'segment']) }}
