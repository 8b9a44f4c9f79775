{#
    One row per sales opportunity that counts. A won deal and an order of one sale are one: the deal names the order, or same person,
    amounts within 1 %, order within 60 days after closing; then `order_id` is set and the order stands.
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

candidates as (

    select
        deals.source,
        deals.opportunity_id,
        deals.closed_at,
        orders.source as order_source,
        orders.order_id,
        orders.ordered_at,
        0 as likeness

    from deals
    inner join {{ ref('orders') }} as orders
        on deals.named_order_id = orders.order_id

    union all

    select
        deals.source,
        deals.opportunity_id,
        deals.closed_at,
        orders.source as order_source,
        orders.order_id,
        orders.ordered_at,
        1 as likeness

    from deals
    inner join {{ ref('orders') }} as orders
        on
            deals.person_key = orders.person_key
            and abs(deals.amount - orders.gross) <= 0.01 * abs(deals.amount)
            and deals.closed_on <= orders.ordered_on
            and {{ days_after('deals.closed_on', 60) }} >= orders.ordered_on

    where deals.named_order_id is null

),

choices as (

    select
        source,
        opportunity_id,
        order_source,
        order_id,
        row_number() over (
            partition by source, opportunity_id
            order by likeness, ordered_at, order_id, order_source
        ) as order_choice,
        row_number() over (
            partition by order_source, order_id
            order by likeness, closed_at, opportunity_id, source
        ) as deal_choice

    from candidates

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
    choices.order_source,
    choices.order_id

from {{ ref('opportunity_reports') }} as reports
left join choices
    on
        reports.source = choices.source
        and reports.opportunity_id = choices.opportunity_id
        and choices.order_choice = 1
        and choices.deal_choice = 1

where reports.is_counted
