with

lines as (

    select
        invoice_number,
        customer_number,
        invoiced_at,
        quantity * unit_price as amount,
        sum(quantity * unit_price) over (partition by invoice_number, customer_number) as invoice_amount

    from {{ source('online_retail', 'online_retail__lines') }}

),

-- What stg_online_retail__orders leaves out.
other_lines as (

    select
        invoice_number,
        customer_number,
        invoiced_at,
        amount,
        cast(invoiced_at as date) as invoiced_on

    from lines

    -- The other lines are orders.
    where customer_number is null or invoice_number like 'C%' or invoice_amount <= 0.005

)

select
    'online_retail' as source,
    'online_retail__lines' as export,
    invoice_number || ' ' || {{ dbt.cast('invoiced_on', 'varchar') }} as refund_id,
    {{ dbt.cast('customer_number', 'varchar') }} as person_id,
    min(invoiced_at) as refunded_at,
    {{ exact_sum('-amount') }} as amount,
    '{{ var("reporting_currency") }}' as currency,
    'product' as stream,
    {{ absent('refunds', ['order_id', 'email_hash', 'tax', 'shipping', 'channel', 'is_dispute']) }}

from other_lines

group by invoice_number, customer_number, invoiced_on
