with

-- A negative amount beside positive ones gives back to the shop; where all are negative, the sign only says that they are refunds.
told as (

    select
        *,
        case
            when coalesce(is_dispute, false) then 1
            when max(case when not coalesce(is_dispute, false) then amount end) over (partition by _file) < 0 then -1
            else 1
        end as sign

    from {{ source('generic', 'generic__refunds') }}

),

refunds as (

    select
        'generic' as source,
        'generic__refunds' as export,
        refund_id,
        order_id,
        email_hash,
        person_id,
        refunded_at,
        amount * sign as amount,
        case when sign < 0 then abs(tax) else tax end as tax,
        case
            when sign < 0 then abs({{ shipping_without_tax('amount', 'shipping_includes_tax') }})
            else {{ shipping_without_tax('amount', 'shipping_includes_tax') }}
        end as shipping,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        coalesce(stream, 'other') as stream,
        channel,
        is_dispute

    from told

)

select * from refunds
