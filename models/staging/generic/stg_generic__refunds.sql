with

refunds as (

    select
        'generic' as source,
        'generic__refunds' as export,
        refund_id,
        order_id,
        email_hash,
        person_id,
        refunded_at,
        amount,
        tax,
        {{ shipping_without_tax('amount', 'shipping_includes_tax') }} as shipping,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        coalesce(stream, 'other') as stream,
        channel,
        is_dispute

    from {{ source('generic', 'generic__refunds') }}

)

select * from refunds
