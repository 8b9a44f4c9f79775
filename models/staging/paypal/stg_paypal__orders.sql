with

activity as (

    select
        *,
        coalesce(transaction_id, {{ dbt.cast('paid_at', 'varchar') }} || ' ' || balance) as payment_id,
        lower(type) as kind,
        lower(status) as state,
        {{ dbt.cast('paid_at', 'date') }} as paid_day,
        lower(type) like '%refund%' or lower(type) like '%reversal%' as is_refund

    from {{ source('paypal', 'paypal__activity') }}

),

named as (

    select distinct reference_id

    from activity

    -- Which payments a refund names; no row is dropped for it.
    where
        gross < 0
        and is_refund
        and reference_id is not null

),

told as (

    select
        activity.*,
        activity.state in ('refunded', 'reversed') as is_given_back,
        named.reference_id is not null as is_named,
        case
            when activity.gross < 0 and activity.reference_id is null and activity.is_refund then -activity.gross
            else 0
        end as unnamed_refund,
        -- Given back as a whole, says the status alone.
        case
            when
                activity.gross > 0
                and activity.state in ('refunded', 'reversed')
                and named.reference_id is null
                and not activity.is_refund
                and activity.kind not like '%chargeback%'
                then activity.gross
            else 0
        end as given_back

    from activity
    left join named
        on activity.transaction_id = named.reference_id

),

judged as (

    {{ held_against_unnamed_refunds('told', 'upper(currency)', 'paid_day', 'payment_id') }}

),

payments as (

    select
        'paypal' as source,
        'paypal__activity' as export,
        payment_id as order_id,
        from_email_hash as email_hash,
        paid_at as ordered_at,
        case when state = 'partially refunded' and refunds_after = 0 then 'partially_refunded' else 'paid' end as status,
        upper(currency) as currency,
        gross,
        sales_tax as tax,
        shipping,
        case
            when is_given_back and is_named then gross
            when given_back > 0 and not has_refund_rows then given_back
        end as refunded,
        'other' as stream,
        coalesce(replace(invoice_number, 'WC-', ''), custom_number) as reference,
        {{ absent('orders', ['person_id', 'discount', 'channel', 'campaign', 'segment']) }}

    from judged

    where
        gross > 0
        and not is_refund
        and kind not like '%chargeback%'

)

select * from payments
