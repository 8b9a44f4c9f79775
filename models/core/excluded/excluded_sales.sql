{# One row per tool, export and reason: what sales tell twice or leave open. #}

with

named_refunds as (

    select
        named_source as source,
        order_id

    from {{ ref('told_refunds') }}

    where order_id is not null

    group by named_source, order_id

),

order_rows as (

    select
        told.source,
        told.export,
        case
            when told.status = 'cancelled' and standing.status <> 'cancelled' and standing.is_payment
                then 'cancelled, but its payment was taken and kept: that counts'
            when guest_payments.order_id is not null
                then 'a payment of an order of its sum and day, one of which names nobody: taken for one'
            else 'another tool tells of the same sale'
        end as reason

    from {{ ref('order_reports') }} as told
    inner join {{ ref('order_reports') }} as standing
        on
            told.standing_source = standing.source
            and told.standing_order_id = standing.order_id
    left join {{ ref('guest_payments') }} as guest_payments
        on
            told.source = guest_payments.source
            and told.order_id = guest_payments.order_id

    where not told.is_counted

),

refund_rows as (

    select
        refunds.source,
        refunds.export,
        case
            when orders.order_id is null and refunds.amount is null
                then 'without an amount, of no order that is told: they count nowhere'
            when untold.refund_id is not null
                then 'given back by a processor: the order, which counts, does not tell of it'
            when not refunds.is_dispute and (not orders.is_counted or orders.status = 'cancelled')
                then 'of an order that was cancelled or that another tool tells of: what that tells of refunds counts'
        end as reason,
        untold.amount

    from {{ ref('told_refunds') }} as refunds
    left join {{ ref('order_reports') }} as orders
        on
            refunds.named_source = orders.source
            and refunds.order_id = orders.order_id
    left join {{ ref('untold_refunds') }} as untold
        on
            refunds.source = untold.source
            and refunds.refund_id = untold.refund_id

),

silent_orders as (

    select
        orders.source,
        orders.export

    from {{ ref('order_reports') }} as orders
    left join named_refunds
        on
            orders.source = named_refunds.source
            and orders.order_id = named_refunds.order_id

    where
        orders.is_counted
        and orders.status = 'partially_refunded'
        and coalesce(orders.refunded, 0) = 0
        and named_refunds.order_id is null

)

select
    'orders' as what,
    source,
    export,
    reason,
    count(*) as row_count,
    {{ as_double('null') }} as amount

from order_rows

group by source, export, reason

union all

select
    'refunds' as what,
    source,
    export,
    reason,
    count(*) as row_count,
    {{ exact_sum('amount') }} as amount

from refund_rows

where reason is not null

group by source, export, reason

union all

{{ excluded_rows(
    'refunds', 'silent_orders', 'of a part of an order, without an amount: the order counts in full'
) }}

union all

{{ excluded_rows(
    'deals', ref('opportunity_reports'), 'another tool tells of the same sale', 'not is_counted'
) }}

union all

{{ excluded_rows('deals', ref('opportunities'), 'the same sale is an order', 'order_id is not null') }}

union all

{{ excluded_rows(
    'deals', ref('all_opportunities'), 'won or lost, without a closing date: taken as open',
    'outcome is not null and closed_at is null'
) }}

union all

{{ excluded_rows(
    'revenue of deals', ref('opportunities'), 'won, without an amount: nobody knows what it brought',
    "outcome = 'won' and amount is null and order_id is null"
) }}

union all

{{ excluded_rows(
    'subscriptions', ref('subscriptions'),
    'no file of the export tells of ends: who still subscribes is not known', 'is_counted and not is_end_told'
) }}

union all

{{ excluded_rows(
    'subscriptions', ref('subscriptions'), 'another tool tells of the same subscription', 'not is_counted'
) }}
