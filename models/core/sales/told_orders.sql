{#
    One row per order or payment as a tool tells of it, its money as the tool counts it. A record whose status is `refunded` and that names
    no amount was given back as a whole. A negative sum is a return, its tax and shipping negative however they are written.
#}

with

payment_exports as (

    select export from {{ ref('payment_exports') }}

    group by export

)

select
    orders.source,
    orders.export,
    orders.order_id,
    orders.reference,
    {{ person_key('orders') }} as person_key,
    {{ latest_moment('orders.ordered_at') }} as ordered_at,
    {{ local_date('orders.ordered_at') }} as ordered_on,
    coalesce(orders.status, 'paid') as status,
    orders.currency,
    orders.gross,
    case
        when orders.gross < 0 then orders.gross + abs(coalesce(orders.tax, 0)) + abs(coalesce(orders.shipping, 0))
        else orders.gross - coalesce(orders.tax, 0) - coalesce(orders.shipping, 0)
    end as net,
    case when orders.gross < 0 then -abs(coalesce(orders.tax, 0)) else coalesce(orders.tax, 0) end as tax,
    case when orders.gross < 0 then -abs(coalesce(orders.shipping, 0)) else coalesce(orders.shipping, 0) end as shipping,
    case
        when orders.status = 'refunded' and coalesce(orders.refunded, 0) = 0 then orders.gross
        else orders.refunded
    end as refunded,
    orders.stream,
    orders.channel,
    coalesce(names.campaign, orders.campaign) as campaign,
    orders.segment,
    coalesce(precedence.rank, 100) as report_rank,
    payment_exports.export is not null as is_payment

from {{ ref('all_orders') }} as orders
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('orders') }}
left join {{ ref('precedence') }} as precedence
    on
        precedence.entity = 'orders'
        and orders.export = precedence.export
left join payment_exports
    on orders.export = payment_exports.export
left join {{ ref('campaign_names') }} as names
    on
        orders.source = names.source
        and orders.campaign = names.alias
