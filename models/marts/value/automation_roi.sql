with

results as (

    select
        booked_on as kpi_date,
        journey,
        amount * {{ var('margin') }} as numerator,
        0 as denominator

    from {{ ref('attributed_bookings') }}

    where
        is_marketing
        and is_automated

    union all

    select
        spent_on as kpi_date,
        journey,
        -amount as numerator,
        amount as denominator

    from {{ ref('marketing_spend') }}

    where journey is not null

)

{{ kpi_ratio('results', slices=['journey']) }}
