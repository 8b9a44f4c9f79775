with

lines as (

    select
        invoice_number,
        customer_number,
        invoiced_at,
        quantity * unit_price as amount

    from {{ source('online_retail', 'online_retail__lines') }}

    -- The other lines are refunds.
    where customer_number is not null and invoice_number not like 'C%'

)

select
    'online_retail' as source,
    'online_retail__lines' as export,
    invoice_number as order_id,
    {{ dbt.cast('customer_number', 'varchar') }} as person_id,
    min(invoiced_at) as ordered_at,
    'paid' as status,
    '{{ var("reporting_currency") }}' as currency,
    {{ exact_sum('amount') }} as gross,
    'product' as stream,
    {{ absent('orders', [
        'email_hash', 'discount', 'tax', 'shipping', 'refunded', 'channel', 'campaign', 'segment', 'reference',
    ]) }}

from lines

group by invoice_number, customer_number

-- Sums of floats: half a cent tells something from nothing.
having {{ exact_sum('amount') }} > 0.005
