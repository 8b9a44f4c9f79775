with

orders as (

    select
        'generic' as source,
        'generic__orders' as export,
        order_id,
        email_hash,
        person_id,
        ordered_at,
        coalesce(status, 'paid') as status,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        gross,
        discount,
        tax,
        {{ shipping_without_tax('gross', 'shipping_includes_tax') }} as shipping,
        refunded,
        coalesce(stream, 'other') as stream,
        channel,
        campaign,
        segment,
        {{ absent('orders', ['reference']) }}

    from {{ source('generic', 'generic__orders') }}

)

select * from orders
