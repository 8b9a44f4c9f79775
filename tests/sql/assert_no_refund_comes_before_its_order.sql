{#
    Refunds dated before the order they name, but for a day that the clocks of two tools may be apart: a fault of the data. They count on
    their own day, and are shown as a warning.
#}

{{ config(severity='warn') }}

select
    refunds.source,
    refunds.refund_id,
    refunds.refunded_on,
    orders.order_id,
    orders.ordered_on

from {{ ref('refunds') }} as refunds
inner join {{ ref('orders') }} as orders
    on
        refunds.order_source = orders.source
        and refunds.order_id = orders.order_id

where {{ days_after('refunds.refunded_on', 1) }} < orders.ordered_on
