with

results as (

    select
        booked_on as kpi_date,
        channel,
        campaign,
        amount * {{ var('margin') }} as numerator

    from {{ ref('attributed_bookings') }}

    where is_marketing

    union all

    select
        spent_on as kpi_date,
        channel,
        campaign,
        -amount as numerator

    from {{ ref('marketing_spend') }}

)

{{ kpi_total('results', slices=['channel', 'campaign']) }}
