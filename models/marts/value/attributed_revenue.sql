with

marketing_bookings as (

    select
        booked_on as kpi_date,
        channel,
        campaign,
        journey,
        amount as numerator

    from {{ ref('attributed_bookings') }}

    where is_marketing

)

{{ kpi_total('marketing_bookings', slices=['channel', 'campaign', 'journey']) }}
