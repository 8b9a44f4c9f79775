with

results as (

    select
        booked_on as kpi_date,
        channel,
        campaign,
        amount * {{ var('margin') }} as numerator,
        0 as denominator

    from {{ ref('attributed_bookings') }}

    where is_marketing

    union all

    select
        spent_on as kpi_date,
        channel,
        campaign,
        -amount as numerator,
        amount as denominator

    from {{ ref('marketing_spend') }}

)

{{ kpi_ratio('results', slices=['channel', 'campaign']) }}
