with

activity as (

    select
        *,
        coalesce(transaction_id, {{ dbt.cast('paid_at', 'varchar') }} || ' ' || balance) as payment_id,
        lower(type) as kind,
        lower(status) as state,
        -- Where refunds do not name their payments, what a payment's status says of one would be taken back twice.
        sum(
            case
                when gross < 0 and reference_id is null and (lower(type) like '%refund%' or lower(type) like '%reversal%') then 1
                else 0
            end
        ) over () = 0 as tells_of_refunds

    from {{ source('paypal', 'paypal__activity') }}

),

payments as (

    select
        'paypal' as source,
        'paypal__activity' as export,
        payment_id as order_id,
        from_email_hash as email_hash,
        paid_at as ordered_at,
        'paid' as status,
        upper(currency) as currency,
        gross,
        sales_tax as tax,
        shipping,
        case when state in ('refunded', 'reversed') and tells_of_refunds then gross end as refunded,
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
