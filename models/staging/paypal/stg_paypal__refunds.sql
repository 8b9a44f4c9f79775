with

activity as (

    select
        *,
        coalesce(transaction_id, {{ dbt.cast('paid_at', 'varchar') }} || ' ' || balance) as refund_id,
        lower(type) as kind,
        lower(coalesce(status, 'completed')) as state

    from {{ source('paypal', 'paypal__activity') }}

),

refunds as (

    select
        'paypal' as source,
        'paypal__activity' as export,
        refund_id,
        reference_id as order_id,
        case when gross < 0 then to_email_hash else from_email_hash end as email_hash,
        paid_at as refunded_at,
        -gross as amount,
        upper(currency) as currency,
        'other' as stream,
        kind like '%chargeback%' or kind like '%payment reversal%' as is_dispute,
        {{ absent('refunds', ['person_id', 'tax', 'shipping', 'channel']) }}

    from activity

    where
        state in ('completed', 'cleared', 'success')
        and (
            (gross < 0 and (kind like '%refund%' or kind like '%payment reversal%'))
            or (gross <> 0 and kind like '%chargeback%')
        )

)

select * from refunds
