with

reported as (

    select
        *,
        max(total) over (partition by order_number) as order_total

    from {{ source('woocommerce', 'woocommerce__orders') }}

),

refunds as (

    select
        'woocommerce' as source,
        'woocommerce__orders' as export,
        order_number || ' ' || {{ dbt.cast('refunded_at', 'varchar') }} as refund_id,
        order_number as order_id,
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
