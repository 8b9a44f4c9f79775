with

marketing_bookings as (

    select
        booked_on as kpi_date,
        channel,
        campaign,
        journey,
        {{ automation_of('is_automated') }} as automation,
        amount as numerator

    from {{ ref('attributed_bookings') }}

    where is_marketing

)

{{ kpi_total('marketing_bookings', slices=['channel', 'campaign', 'journey', 'automation']) }}
