with

bookings as (

    select
        booked_on as kpi_date,
        stream,
        case when person_key is not null then amount else 0 end as numerator,
        amount as denominator

    from {{ ref('revenue') }}

)

{{ kpi_ratio('bookings', slices=['stream']) }}
