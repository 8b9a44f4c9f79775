with

customers as (

    select
        customer_on as kpi_date,
        channel,
        campaign,
        segment,
        1 as numerator

    from {{ ref('customers') }}

)

{{ kpi_total('customers', slices=['channel', 'campaign', 'segment']) }}
