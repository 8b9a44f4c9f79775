{#
    One row per dated refund, on its own day. `net_amount` is the revenue it takes back, without tax and shipping, in the
    reporting currency at its order's rate; negative for an adjustment upward.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

reported as (

    select
        refunds.*,
        {{ person_key('refunds') }} as person_key,
        {{ local_date('refunds.refunded_at') }} as refunded_on

    from {{ ref('all_refunds') }} as refunds
    left join {{ ref('person_ids') }} as person_ids
        on
            refunds.source = person_ids.source
            and refunds.person_id = person_ids.person_id

),

-- A refund belongs to the order of that id in its own tool.
ordered as (

    select
        orders.source,
        orders.order_id,
        orders.person_key,
        orders.is_counted and coalesce(orders.status, 'paid') <> 'cancelled' as is_counted,
        orders.stream,
        orders.channel,
        orders.segment,
        orders.currency,
        orders.gross,
        orders.gross - coalesce(orders.tax, 0) - coalesce(orders.shipping, 0) as net,
        {{ local_date('orders.ordered_at') }} as ordered_on

    from {{ ref('order_reports') }} as orders

)

select
    reported.source,
    reported.refund_id,
    ordered.source as order_source,
    ordered.order_id,
    coalesce(ordered.person_key, reported.person_key) as person_key,
    reported.refunded_at,
    reported.refunded_on,
    coalesce(ordered.stream, reported.stream) as stream,
    coalesce(ordered.channel, reported.channel) as channel,
    ordered.segment,
    case
        when reported.tax is not null or reported.shipping is not null or ordered.gross is null
            then reported.amount - coalesce(reported.tax, 0) - coalesce(reported.shipping, 0)
        when ordered.gross = 0 then 0
        else reported.amount * ordered.net / ordered.gross
    end * {{ rate_of('reported') }} as net_amount

from reported
inner join run
    on reported.refunded_on <= run.as_of
left join ordered
    on
        reported.source = ordered.source
        and reported.order_id = ordered.order_id
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        reported.currency = exchange_rates.currency
        and coalesce(ordered.ordered_on, reported.refunded_on) = exchange_rates.valid_on

where coalesce(ordered.is_counted, true)
