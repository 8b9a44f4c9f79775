with

payments as (

    select
        payment_id,
        email_hash,
        customer_id,
        created_at,
        refunded_at,
        disputed_at,
        upper(currency) as currency,
        amount,
        case when lower(status) = 'refunded' and coalesce(refunded, 0) = 0 then amount else refunded end as refunded,
        case when lower(dispute_status) = 'lost' then coalesce(disputed, amount) end as lost

    from {{ source('stripe', 'stripe__payments') }}

),

refunds as (

    select
        payment_id || ':refund' as refund_id,
        payment_id as order_id,
        email_hash,
        customer_id as person_id,
        coalesce(refunded_at, created_at) as refunded_at,
        refunded as amount,
        currency,
        false as is_dispute

    from payments

    -- A payment of which nothing was given back has no refund.
    where refunded > 0

    union all

    -- Of a payment that was refunded, what is left can be lost.
    select
        payment_id || ':dispute' as refund_id,
        payment_id as order_id,
        email_hash,
        customer_id as person_id,
        coalesce(disputed_at, created_at) as refunded_at,
        least(lost, amount - coalesce(refunded, 0)) as amount,
        currency,
        true as is_dispute

    from payments

    -- A payment of which nothing was lost has none.
    where
        lost is not null
        and least(lost, amount - coalesce(refunded, 0)) > 0

)

select
    'stripe' as source,
    'stripe__payments' as export,
    *,
    'other' as stream,
    {{ absent('refunds', ['tax', 'shipping', 'channel']) }}

from refunds
