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
        refunds.source,
        refunds.refund_id,
        refunds.order_id,
        {{ person_key('refunds') }} as person_key,
        refunds.refunded_at,
        {{ local_date('refunds.refunded_at') }} as refunded_on,
        refunds.amount,
        refunds.amount - coalesce(refunds.tax, 0) - coalesce(refunds.shipping, 0) as net,
        refunds.tax is not null or refunds.shipping is not null as tells_net,
        refunds.currency,
        refunds.stream,
        refunds.channel

    from {{ ref('all_refunds') }} as refunds
    left join {{ ref('person_ids') }} as person_ids
        on
            refunds.source = person_ids.source
            and refunds.person_id = person_ids.person_id

)

select
    reported.source,
    reported.refund_id,
    orders.source as order_source,
    orders.order_id,
    coalesce(orders.person_key, reported.person_key) as person_key,
    reported.refunded_at,
    reported.refunded_on,
    coalesce(orders.stream, reported.stream) as stream,
    coalesce(orders.channel, reported.channel) as channel,
    orders.segment,
    -- A refund that does not tell its tax and shipping holds them in its order's proportion.
    case
        when reported.tells_net or orders.order_id is null then reported.net
        when orders.gross = 0 then 0.0
        else reported.amount * orders.net / orders.gross
    end * {{ rate_of('reported') }} as net_amount

from reported
inner join run
    on reported.refunded_on <= run.as_of
left join {{ ref('order_reports') }} as orders
    on
        reported.source = orders.source
        and reported.order_id = orders.order_id
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        reported.currency = exchange_rates.currency
        and coalesce(orders.ordered_on, reported.refunded_on) = exchange_rates.valid_on

-- Nothing can be taken back from an order that was cancelled or that another tool's record stands for.
where
    orders.order_id is null
    or (orders.is_counted and orders.status <> 'cancelled')
