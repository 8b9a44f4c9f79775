{#
    One row per sales opportunity that counts. A won deal and an order of one sale are one: the deal names the order, or same person,
    amounts within 1 %, order within 60 days after closing; then `order_id` is set and the order stands. An order's amount is its sum, or
    its net where the person closed deals like that alone.
#}

with

deals as (

    select
        source,
        opportunity_id,
        person_key,
        named_order_id,
        closed_at,
        closed_on,
        amount

    from {{ ref('opportunity_reports') }}

    where
        is_counted
        and outcome = 'won'

),

named as (

    select
        deals.source,
        deals.opportunity_id,
        orders.order_id,
        min(orders.source) as order_source

    from deals
    inner join {{ ref('orders') }} as orders
        on deals.named_order_id = orders.order_id

    group by deals.source, deals.opportunity_id, orders.order_id

),

-- Of those that nobody names: what a person closed and what they ordered.
waiting_deals as (

    select
        deals.source,
        deals.opportunity_id,
        deals.person_key,
        deals.amount,
        deals.closed_on,
        deals.closed_at

    from deals
    left join named
        on
            deals.source = named.source
            and deals.opportunity_id = named.opportunity_id

    where
        named.order_id is null
        and deals.person_key is not null
        and deals.amount is not null

),

waiting_orders as (

    select
        orders.source,
        orders.order_id,
        orders.person_key,
        orders.gross,
        orders.net,
        orders.ordered_on,
        orders.ordered_at

    from {{ ref('orders') }} as orders
    left join named
        on
            orders.source = named.order_source
            and orders.order_id = named.order_id

    where
        named.order_id is null
        and orders.person_key is not null

),

-- A deal's amount may be with tax and shipping or without.
likenesses as (

    select
        orders.source,
        orders.order_id,
        max(case when abs(deals.amount - orders.gross) <= 0.01 * abs(deals.amount) then 1 else 0 end) as is_like_gross,
        max(case when abs(deals.amount - orders.net) <= 0.01 * abs(deals.amount) then 1 else 0 end) as is_like_net

    from waiting_orders as orders
    inner join waiting_deals as deals
        on
            orders.person_key = deals.person_key
            and orders.ordered_on >= deals.closed_on
            and {{ days_after('deals.closed_on', 60) }} >= orders.ordered_on

    group by orders.source, orders.order_id

),

sales as (

    select
        source,
        opportunity_id as row_id,
        person_key as owner,
        amount,
        closed_on as happened_on,
        closed_at as happened_at,
        0 as is_end

    from waiting_deals

    union all

    select
        orders.source,
        orders.order_id as row_id,
        orders.person_key as owner,
        case when likenesses.is_like_gross = 0 and likenesses.is_like_net = 1 then orders.net else orders.gross end as amount,
        orders.ordered_on as happened_on,
        orders.ordered_at as happened_at,
        1 as is_end

    from waiting_orders as orders
    left join likenesses
        on
            orders.source = likenesses.source
            and orders.order_id = likenesses.order_id

),

turns as (

    {{ pairs_in_turn('sales', '0.99 * amount') }}

),

matches as (

    select
        source,
        opportunity_id,
        order_source,
        order_id

    from named

    union all

    select
        start_source as source,
        start_id as opportunity_id,
        end_source as order_source,
        end_id as order_id

    from turns

    where
        abs(start_amount - end_amount) <= 0.01 * abs(start_amount)
        and {{ days_after('start_on', 60) }} >= end_on

)

select
    reports.source,
    reports.export,
    reports.opportunity_id,
    reports.person_key,
    reports.created_at,
    reports.created_on,
    reports.closed_at,
    reports.closed_on,
    reports.outcome,
    reports.amount,
    reports.pipeline,
    reports.channel,
    reports.campaign,
    matches.order_source,
    matches.order_id

from {{ ref('opportunity_reports') }} as reports
left join matches
    on
        reports.source = matches.source
        and reports.opportunity_id = matches.opportunity_id

where reports.is_counted
