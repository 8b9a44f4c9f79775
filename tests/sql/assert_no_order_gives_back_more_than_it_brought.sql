{#
    Purchases that brought less than nothing: more was given back than was paid, or tax and shipping are more than the sum. They count as
    told, and are shown as a warning.
#}

{{ config(severity='warn') }}

select
    source,
    order_id,
    ordered_on,
    net_revenue

from {{ ref('orders') }}

where
    is_purchase
    and net_revenue < -0.005
