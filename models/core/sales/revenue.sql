{#
    One row per booking of revenue, in the reporting currency without tax and shipping: an order, a dated refund, a won deal without
    order. `sale_type`, `sale_source` and `sale_id` name the order or deal that it belongs to, `conversion_id` the conversion.
#}

select
    source,
    'order' as booking_type,
    order_id as booking_id,
    'order' as sale_type,
    source as sale_source,
    order_id as sale_id,
    conversion_id,
    person_key,
    ordered_at as booked_at,
    ordered_on as booked_on,
    stream,
    channel,
    campaign,
    segment,
    booked_revenue as amount

from {{ ref('orders') }}

union all

select
    refunds.source,
    'refund' as booking_type,
    refunds.refund_id as booking_id,
    case when refunds.order_id is not null then 'order' end as sale_type,
    refunds.order_source as sale_source,
    refunds.order_id as sale_id,
    orders.conversion_id,
    refunds.person_key,
    refunds.refunded_at as booked_at,
    refunds.refunded_on as booked_on,
    refunds.stream,
    refunds.channel,
    orders.campaign,
    refunds.segment,
    -refunds.net_amount as amount

from {{ ref('refunds') }} as refunds
left join {{ ref('orders') }} as orders
    on
        refunds.order_source = orders.source
        and refunds.order_id = orders.order_id

union all

select
    source,
    'deal' as booking_type,
    opportunity_id as booking_id,
    'deal' as sale_type,
    source as sale_source,
    opportunity_id as sale_id,
    case when person_key is not null then 'deal:' || source || ':' || opportunity_id end as conversion_id,
    person_key,
    closed_at as booked_at,
    closed_on as booked_on,
    'deal' as stream,
    channel,
    campaign,
    {{ dbt.cast('null', 'string') }} as segment,
    amount

from {{ ref('opportunities') }}

where
    outcome = 'won'
    and order_id is null
