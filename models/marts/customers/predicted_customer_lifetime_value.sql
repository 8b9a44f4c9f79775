with

customers as (

    select
        customer_values.first_purchased_on as kpi_date,
        customer_values.channel,
        customer_values.segment,
        1 as denominator,
        {{ var('margin') }} * (
            customer_values.net_revenue
            + coalesce(
                customer_values.expected_revenue,
                customer_values.yearly_revenue * yearly_retention.retention_rate
                / nullif(1 + {{ var('discount_rate') }} - yearly_retention.retention_rate, 0)
            )
        ) as numerator

    from {{ ref('customer_values') }} as customer_values
    cross join {{ ref('yearly_retention') }} as yearly_retention

)

{{ kpi_average('customers', slices=['channel', 'segment'], settles_after_days=90) }}
