{# One row per purchase of a known person: an order, or a won deal without order. #}

select
    source,
    person_key,
    'order' as purchase_type,
    order_id as purchase_id,
    conversion_id,
    ordered_at as purchased_at,
    ordered_on as purchased_on,
    channel,
    campaign,
    segment,
    net_revenue

from {{ ref('orders') }}

where
    is_purchase
    and person_key is not null

union all

select
    source,
    person_key,
    'deal' as purchase_type,
    opportunity_id as purchase_id,
    'deal:' || source || ':' || opportunity_id as conversion_id,
    closed_at as purchased_at,
    closed_on as purchased_on,
    channel,
    campaign,
    {{ dbt.cast('null', 'string') }} as segment,
    amount as net_revenue

from {{ ref('opportunities') }}

where
    outcome = 'won'
    and order_id is null
    and person_key is not null
