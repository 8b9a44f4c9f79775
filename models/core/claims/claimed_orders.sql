{#
    One row per tool and order that the tool would claim by its own rule: by its last touch within its window before the order, a click
    before a view, a direct visit only where there is nothing else.
#}

with

candidates as (

    select
        touches.tool,
        orders.source,
        orders.order_id,
        orders.ordered_on,
        touches.touch_id,
        touches.is_view,
        touches.channel,
        touches.campaign,
        touches.scope_channel,
        touches.scope_campaign,
        coalesce(touches.placed_on, orders.ordered_on) as placed_on,
        row_number() over (
            partition by touches.tool, orders.source, orders.order_id
            order by
                case when touches.is_view then 1 else 0 end,
                case when touches.channel = 'direct' then 1 else 0 end,
                touches.touched_at desc,
                touches.touch_id desc
        ) as row_rank

    from {{ ref('orders') }} as orders
    inner join {{ ref('claim_touches') }} as touches
        on
            orders.person_key = touches.person_key
            and orders.ordered_at >= touches.touched_at
            and {{ time_after('orders.ordered_at', '-touches.window_days') }} <= touches.touched_at

    where orders.is_purchase

),

-- Two tools that claim an order for one channel and campaign agree.
claimants as (

    select
        source,
        order_id,
        min(channel || '|' || coalesce(campaign, '')) <> max(channel || '|' || coalesce(campaign, '')) as is_claimed_twice

    from candidates

    where row_rank = 1

    group by source, order_id

)

select
    candidates.tool,
    candidates.source,
    candidates.order_id,
    candidates.touch_id,
    candidates.is_view,
    candidates.scope_channel,
    candidates.scope_campaign,
    candidates.placed_on,
    claimants.is_claimed_twice

from candidates
inner join claimants
    on
        candidates.source = claimants.source
        and candidates.order_id = claimants.order_id

where candidates.row_rank = 1
