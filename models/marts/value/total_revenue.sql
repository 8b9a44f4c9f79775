with

bookings as (

    select
        booked_on as kpi_date,
        stream,
        channel,
        segment,
        amount as numerator

    from {{ ref('revenue') }}

)

{{ kpi_total('bookings', slices=['stream', 'channel', 'segment']) }}
