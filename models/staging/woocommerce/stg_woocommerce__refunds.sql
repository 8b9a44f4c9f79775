with

reported as (

    select
        *,
        -- A number that two shops have is told apart by the shop.
        case
            when min(coalesce(shop, '')) over (partition by order_number) = max(coalesce(shop, '')) over (partition by order_number)
                then order_number
            else order_number || ' ' || coalesce(shop, '')
        end as order_id,
        max(total) over (partition by order_number, shop) as order_total

    from {{ source('woocommerce', 'woocommerce__orders') }}

),

refunds as (

    select
        'woocommerce' as source,
        'woocommerce__orders' as export,
        order_id || ' ' || {{ dbt.cast('refunded_at', 'varchar') }} as refund_id,
        order_id,
        email_hash,
        nullif(customer_id, '0') as person_id,
        refunded_at,
        -total as amount,
        abs(tax) as tax,
        abs(shipping) as shipping,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        'product' as stream,
        false as is_dispute,
        {{ absent('refunds', ['channel']) }}

    from reported

    where total < 0 and order_total > 0

)

select * from refunds
