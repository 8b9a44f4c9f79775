{#
    One row per order or payment as a tool tells of it, its money as the tool counts it. A record whose status is `refunded` and that names
    no amount was given back as a whole, and what was given back is so whatever its sign. A negative sum is a return, its tax and shipping negative however they are written. A payment
    `pays` where it was taken and not given back as a whole, by its own row or by the dated refunds that name it; a lost dispute is no refund.
#}

with

payment_exports as (

    select export from {{ ref('payment_exports') }}

    group by export

),

given_back as (

    select
        refunds.source,
        refunds.order_id,
        {{ exact_sum('refunds.amount') }} as amount,
        -- One without an amount gives back all that is left.
        count(*) - count(refunds.amount) as untold_count

    from {{ ref('all_refunds') }} as refunds
    cross join {{ source('raw', '_run') }} as run

    where
        refunds.order_id is not null
        and not coalesce(refunds.is_dispute, false)
        and coalesce({{ local_date('refunds.refunded_at') }} <= run.as_of, true)

    group by refunds.source, refunds.order_id

),

told as (

    select
        *,
        coalesce(status, 'paid') as known_status,
        case when status = 'refunded' and coalesce(refunded, 0) = 0 then gross else abs(refunded) end as known_refunded

    from {{ ref('all_orders') }}

)

select
    orders.source,
    orders.export,
    orders.order_id,
    orders.reference,
    {{ person_key('orders') }} as person_key,
    {{ latest_moment('orders.ordered_at') }} as ordered_at,
    {{ local_date('orders.ordered_at') }} as ordered_on,
    orders.known_status as status,
    orders.currency,
    orders.gross,
    case
        when orders.gross < 0 then orders.gross + abs(coalesce(orders.tax, 0)) + abs(coalesce(orders.shipping, 0))
        else orders.gross - coalesce(orders.tax, 0) - coalesce(orders.shipping, 0)
    end as net,
    case when orders.gross < 0 then -abs(coalesce(orders.tax, 0)) else coalesce(orders.tax, 0) end as tax,
    case when orders.gross < 0 then -abs(coalesce(orders.shipping, 0)) else coalesce(orders.shipping, 0) end as shipping,
    orders.known_refunded as refunded,
    orders.stream,
    orders.channel,
    coalesce(names.campaign, orders.campaign) as campaign,
    orders.segment,
    coalesce(precedence.rank, 100) as report_rank,
    payment_exports.export is not null as is_payment,
    payment_exports.export is not null
    and orders.known_status <> 'cancelled'
    and coalesce(given_back.untold_count, 0) = 0
    and orders.gross - greatest(coalesce(orders.known_refunded, 0), coalesce(given_back.amount, 0)) > 0.005 as pays

from told as orders
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('orders') }}
left join {{ ref('precedence') }} as precedence
    on
        precedence.entity = 'orders'
        and orders.export = precedence.export
left join payment_exports
    on orders.export = payment_exports.export
left join given_back
    on
        orders.source = given_back.source
        and orders.order_id = given_back.order_id
left join {{ ref('campaign_names') }} as names
    on
        orders.source = names.source
        and orders.campaign = names.alias
