with

payments as (

    select
        'stripe' as source,
        'stripe__payments' as export,
        payment_id as order_id,
        email_hash,
        customer_id as person_id,
        created_at as ordered_at,
        case
            when not coalesce(is_captured, true) or lower(status) like 'requires%' then 'cancelled'
            when lower(status) in (
                'failed', 'blocked', 'canceled', 'cancelled', 'expired', 'incomplete', 'pending', 'uncaptured'
            ) then 'cancelled'
            when lower(status) = 'refunded' then 'refunded'
            when lower(status) in ('partial refund', 'partially refunded') then 'partially_refunded'
            else 'paid'
        end as status,
        upper(currency) as currency,
        amount as gross,
        refunded,
        'other' as stream,
        coalesce(order_id, description) as reference,
        {{ absent('orders', ['discount', 'tax', 'shipping', 'channel', 'campaign', 'segment']) }}

    from {{ source('stripe', 'stripe__payments') }}

)

select * from payments
