{#
    One row: since when sales are known, and since when it is known who bought in the `active_customer_days` before. Where nothing is sold,
    what contacts say of themselves stands in for sales.
#}

with

sales as (

    select min(booked_on) as first_sale_on

    from {{ ref('revenue') }}

    where booking_type <> 'refund'

),

contacts as (

    select min(customer_on) as first_customer_on

    from {{ ref('customers') }}

    where became_by = 'contact'

)

select
    sales.first_sale_on,
    {{ days_after('coalesce(sales.first_sale_on, contacts.first_customer_on)', var('active_customer_days')) }} as customers_known_from

from sales
cross join contacts
