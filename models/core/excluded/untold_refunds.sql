{#
    One row per refund of a payment whose order another tool tells of, where that tells of less given back: the part that nothing is taken
    off for, in the reporting currency at the refund's day. Of an order's refunds each holds its share.
#}

with

of_payments as (

    select
        refunds.source,
        refunds.export,
        refunds.refund_id,
        standing.source as order_source,
        standing.order_id,
        standing.refunded as told_by_order,
        refunds.currency,
        {{ local_date('refunds.refunded_at') }} as refunded_on,
        refunds.amount,
        sum(refunds.amount) over (partition by standing.source, standing.order_id) as all_given_back

    from {{ ref('told_refunds') }} as refunds
    inner join {{ ref('order_reports') }} as payments
        on
            refunds.named_source = payments.source
            and refunds.order_id = payments.order_id
    inner join {{ ref('order_reports') }} as standing
        on
            payments.standing_source = standing.source
            and payments.standing_order_id = standing.order_id
    inner join {{ source('raw', '_run') }} as run
        on {{ local_date('refunds.refunded_at') }} <= run.as_of

    where
        not refunds.is_dispute
        and not payments.is_counted
        and payments.is_payment
        and standing.status <> 'cancelled'

),

-- One without an amount takes all that is left.
of_orders as (

    select
        named_source,
        order_id,
        case when count(*) = count(amount) then sum(amount) end as amount

    from {{ ref('told_refunds') }}

    where
        order_id is not null
        and not is_dispute

    group by named_source, order_id

),

untold as (

    select
        of_payments.*,
        of_payments.all_given_back
        - case
            when of_orders.order_id is null then coalesce(of_payments.told_by_order, 0)
            else coalesce(of_orders.amount, of_payments.all_given_back)
        end as difference

    from of_payments
    left join of_orders
        on
            of_payments.order_source = of_orders.named_source
            and of_payments.order_id = of_orders.order_id

)

select
    untold.source,
    untold.export,
    untold.refund_id,
    untold.order_source,
    untold.order_id,
    untold.amount * untold.difference / untold.all_given_back * {{ rate_of('untold') }} as amount

from untold
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        untold.currency = exchange_rates.currency
        and untold.refunded_on = exchange_rates.valid_on

where untold.difference > 0.005
