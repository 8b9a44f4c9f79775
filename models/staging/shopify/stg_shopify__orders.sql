with

-- What Total holds beside goods and shipping tells whether duties and taxes are on top or inside.
amounts as (

    select
        *,
        case
            when count(*) over (partition by order_name) = 1 then order_name
            else order_name || ' ' || order_id
        end as name_of_one,
        total - subtotal - shipping as rest,
        coalesce(duties, 0) as duty,
        coalesce(taxes, 0) as tax

    from {{ source('shopify', 'shopify__orders') }}

),

shares as (

    select
        *,
        case
            when abs(rest - duty - tax) < 0.005 or abs(rest - duty) < 0.005 then duty
            else 0
        end as duty_in_total,
        -- What is neither is a tip, which no column tells: beside taxes on top the rest is at least the taxes.
        tax > 0
        and abs(rest - duty - tax) >= 0.005
        and (abs(rest - duty) < 0.005 or (rest > -0.005 and rest - tax <= -0.005)) as shipping_includes_tax

    from amounts

),

orders as (

    select
        'shopify' as source,
        'shopify__orders' as export,
        name_of_one as order_id,
        email_hash,
        created_at as ordered_at,
        case
            when cancelled_at is not null or lower(financial_status) in ('voided', 'expired') then 'cancelled'
            when lower(financial_status) in ('refunded', 'partially_refunded') then lower(financial_status)
            else 'paid'
        end as status,
        currency,
        total as gross,
        discount,
        tax + duty_in_total as tax,
        {{ shipping_without_tax('(subtotal + shipping)', 'shipping_includes_tax') }} as shipping,
        refunded,
        'product' as stream,
        {{ absent('orders', ['person_id', 'channel', 'campaign', 'segment', 'reference']) }}

    from shares

)

select * from orders
