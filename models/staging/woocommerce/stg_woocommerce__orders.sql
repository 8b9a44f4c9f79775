with

numbered as (

    select
        *,
        -- A number that two shops have is told apart by the shop.
        case
            when min(coalesce(shop, '')) over (partition by order_number) = max(coalesce(shop, '')) over (partition by order_number)
                then order_number
            else order_number || ' ' || coalesce(shop, '')
        end as order_id,
        -- wc-on-hold, On hold
        replace(replace(replace(lower(status), 'wc-', ''), '-', ' '), '_', ' ') as state,
        max(total) over (partition by order_number, shop) as order_total,
        min(total) over (partition by order_number, shop) as refund_total

    from {{ source('woocommerce', 'woocommerce__orders') }}

),

-- A row of a negative sum with its order's number tells of that order's refund. One with a number of its own may be that of any
-- order of its shop before it: where those that follow come to as much, the order's status would take the same back once more.
reported as (

    select
        *,
        total < 0 and order_total > 0 as is_refund,
        refund_total < 0
        or sum(case when total < 0 and order_total <= 0 then -total else 0 end) over (
            partition by shop, currency
            order by ordered_at
            range between current row and unbounded following
        ) >= total - 0.005 as has_refund_rows

    from numbered

),

orders as (

    select
        'woocommerce' as source,
        'woocommerce__orders' as export,
        order_id,
        email_hash,
        nullif(customer_id, '0') as person_id,
        ordered_at,
        case
            when state in ('pending', 'pending payment', 'on hold', 'failed', 'cancelled', 'canceled', 'trash') or state like '%draft'
                then 'cancelled'
            when state = 'refunded' and not (has_refund_rows and coalesce(refunded, 0) = 0) then 'refunded'
            else 'paid'
        end as status,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        total as gross,
        discount,
        tax,
        shipping,
        case
            when state = 'refunded' and coalesce(refunded, 0) = 0 and not has_refund_rows then total
            else abs(refunded)
        end as refunded,
        'product' as stream,
        transaction_id as reference,
        {{ absent('orders', ['channel', 'campaign', 'segment']) }}

    from reported

    -- The other rows are refunds.
    where not is_refund

)

select * from orders
