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
        shipping,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        coalesce(stream, 'other') as stream,
        channel

    from {{ source('generic', 'generic__refunds') }}

)

select * from refunds
