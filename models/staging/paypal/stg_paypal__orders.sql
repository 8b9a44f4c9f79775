with

activity as (

    select
        *,
        coalesce(transaction_id, {{ dbt.cast('paid_at', 'varchar') }} || ' ' || balance) as payment_id,
        lower(type) as kind,
        lower(status) as state,
        -- A refund that names no payment may be that of any before it: where those that follow come to as much, a payment's status
        -- would take the same back once more.
        sum(
            case
                when gross < 0 and reference_id is null and (lower(type) like '%refund%' or lower(type) like '%reversal%') then -gross
                else 0
            end
        ) over (
            partition by upper(currency)
            order by paid_at
            range between current row and unbounded following
        ) >= gross - 0.005 as has_refund_rows

    from {{ source('paypal', 'paypal__activity') }}

),

payments as (

    select
        'paypal' as source,
        'paypal__activity' as export,
        payment_id as order_id,
        from_email_hash as email_hash,
        paid_at as ordered_at,
        case when state = 'partially refunded' then 'partially_refunded' else 'paid' end as status,
        upper(currency) as currency,
        gross,
        sales_tax as tax,
        shipping,
        case when state in ('refunded', 'reversed') and not has_refund_rows then gross end as refunded,
        'other' as stream,
        coalesce(replace(invoice_number, 'WC-', ''), custom_number) as reference,
        {{ absent('orders', ['person_id', 'discount', 'channel', 'campaign', 'segment']) }}

    from activity

    where
        gross > 0
        and kind not like '%refund%'
        and kind not like '%reversal%'
        and kind not like '%chargeback%'

)

select * from payments
