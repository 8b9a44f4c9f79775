with

orders as (

    select
        'shopify' as source,
        'shopify__orders' as export,
        order_name as order_id,
        email_hash,
        created_at as ordered_at,
        case
            when cancelled_at is not null or lower(financial_status) in ('voided', 'expired') then 'cancelled'
            when lower(financial_status) in ('refunded', 'partially_refunded') then 'refunded'
            else 'paid'
        end as status,
        currency,
        total as gross,
        discount,
        taxes as tax,
        shipping,
        refunded,
        'product' as stream,
        {{ absent('orders', ['person_id', 'channel', 'campaign', 'segment', 'reference']) }}

    from {{ source('shopify', 'shopify__orders') }}

)

select * from orders
