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

-- Of those that nobody names: what a person closed and what they ordered, a day's deals before its orders.
sales as (

    select
        deals.source,
        deals.opportunity_id as sale_id,
        deals.person_key,
        deals.amount,
        deals.closed_on as sold_on,
        deals.closed_at as sold_at,
        0 as is_order

    from deals
    left join named
        on
            deals.source = named.source
            and deals.opportunity_id = named.opportunity_id

    where
        named.order_id is null
        and deals.person_key is not null
        and deals.amount is not null

    union all

    select
        orders.source,
        orders.order_id as sale_id,
        orders.person_key,
        orders.gross as amount,
        orders.ordered_on as sold_on,
        orders.ordered_at as sold_at,
        1 as is_order

    from {{ ref('orders') }} as orders
    left join named
        on
            orders.source = named.order_source
            and orders.order_id = named.order_id

    where
        named.order_id is null
        and orders.person_key is not null

),

steps as (

    select
        *,
        case
            when 0.99 * amount <= lag(amount) over (partition by person_key order by amount) then 0
            else 1
        end as is_other_amount

    from sales

),

alike as (

    select
        *,
        sum(is_other_amount) over (partition by person_key order by amount range unbounded preceding) as amount_number

    from steps

),

-- A deal waits for an order, an order ends the wait of the latest deal: at each depth the two take turns.
waits as (

    select
        *,
        sum(1 - 2 * is_order) over (
            partition by person_key, amount_number
            order by sold_on, is_order, sold_at, source, sale_id
            rows unbounded preceding
        ) + is_order as depth

    from alike

),

turns as (

    select
        source as order_source,
        sale_id as order_id,
        is_order,
        amount,
        sold_on,
        lag(is_order) over wait as was_order,
        lag(source) over wait as deal_source,
        lag(sale_id) over wait as opportunity_id,
        lag(amount) over wait as deal_amount,
        lag(sold_on) over wait as closed_on

    from waits

    window wait as (
        partition by person_key, amount_number, depth
        order by sold_on, is_order, sold_at, source, sale_id
    )

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
        deal_source as source,
        opportunity_id,
        order_source,
        order_id

    from turns

    where
        is_order = 1
        and was_order = 0
        and abs(deal_amount - amount) <= 0.01 * abs(deal_amount)
        and {{ days_after('closed_on', 60) }} >= sold_on

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
