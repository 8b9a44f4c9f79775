{# One row: since when sales are known, and since when it is known who bought in the `active_customer_days` before. #}

select
    min(booked_on) as first_sale_on,
    {{ days_after('min(booked_on)', var('active_customer_days')) }} as customers_known_from

from {{ ref('revenue') }}

where booking_type <> 'refund'
