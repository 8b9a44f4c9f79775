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

reported as (

    select
        *,
        {{ dbt.cast('ordered_at', 'date') }} as ordered_day,
        -- A row of a negative sum with its order's number tells of that order's refund.
        total < 0 and order_total > 0 as is_refund,
        -- One with a number of its own may be of any.
        case when total < 0 and order_total <= 0 then -total else 0 end as unnamed_refund,
        -- Given back as a whole, says the status alone.
        case when state = 'refunded' and coalesce(refunded, 0) = 0 and refund_total >= 0 then total else 0 end as given_back

    from numbered

),

judged as (

    {{ held_against_unnamed_refunds('reported', 'shop, currency', 'ordered_day', 'order_id') }}

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
            when state = 'refunded' and (coalesce(refunded, 0) <> 0 or (given_back > 0 and not has_refund_rows)) then 'refunded'
            else 'paid'
        end as status,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        total as gross,
        discount,
        tax,
        shipping,
        case when given_back > 0 and not has_refund_rows then given_back else abs(refunded) end as refunded,
        'product' as stream,
        transaction_id as reference,
        {{ absent('orders', ['channel', 'campaign', 'segment']) }}

    from judged

    -- The other rows are refunds.
    where not is_refund

)

select * from orders
