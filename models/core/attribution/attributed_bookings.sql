{#
    One row per booking of a conversion's revenue and touch that feeds the conversion: what the setting `attribution_model` credits the touch with.
    A dated refund takes its order's credits with it, on its own day.
#}

select
    revenue.booking_type,
    revenue.source,
    revenue.booking_id,
    revenue.booked_on,
    attribution.touch_id,
    attribution.channel,
    attribution.campaign,
    attribution.journey,
    attribution.is_marketing,
    attribution.is_automated,
    revenue.amount * attribution.credit as amount

from {{ ref('revenue') }} as revenue
inner join {{ ref('attribution') }} as attribution
    on
        revenue.conversion_id = attribution.conversion_id
        and attribution.model = '{{ var("attribution_model") }}'
