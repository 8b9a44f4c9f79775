-- What a model hands out is the net revenue of the conversions with a touch in its look-back: under equal look-backs, the same sum.
with

touched as (

    select
        conversion_id,
        window_days,
        max(conversion_type) as conversion_type

    from {{ ref('attribution_paths') }}

    group by conversion_id, window_days

),

due as (

    select
        settings.model,
        sum(conversions.net_revenue) as revenue

    from touched
    inner join {{ ref('attribution_settings') }} as settings
        on
            touched.conversion_type = settings.conversion_type
            and touched.window_days = settings.window_days
    inner join {{ ref('attribution_conversions') }} as conversions
        on touched.conversion_id = conversions.conversion_id

    group by settings.model

),

attributed as (

    select
        attribution.model,
        sum(attribution.credit * conversions.net_revenue) as revenue

    from {{ ref('attribution') }} as attribution
    inner join {{ ref('attribution_conversions') }} as conversions
        on attribution.conversion_id = conversions.conversion_id

    group by attribution.model

),

-- The bookings of those conversions, refunds among them, come to the same.
booked as (

    select
        '{{ var("attribution_model") }}' as model,
        sum(amount) as revenue

    from {{ ref('attributed_bookings') }}

)

select
    due.model,
    due.revenue as due_revenue,
    attributed.revenue as attributed_revenue,
    booked.revenue as booked_revenue

from due
left join attributed
    on due.model = attributed.model
left join booked
    on due.model = booked.model

where
    attributed.revenue is null
    or abs(attributed.revenue - due.revenue) > 0.000001 * (1 + abs(due.revenue))
    or abs(booked.revenue - due.revenue) > 0.000001 * (1 + abs(due.revenue))
