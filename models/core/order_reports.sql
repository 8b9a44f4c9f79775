{#
    One row per order as a tool reports it. The same sale reported by two tools counts once: where an order's `reference` names
    an order of another tool, the better-ranked report stands (lookup `precedence`).
#}

with

reported as (

    select
        orders.source,
        orders.export,
        orders.order_id,
        orders.reference,
        {{ person_key('orders') }} as person_key,
        orders.ordered_at,
        {{ local_date('orders.ordered_at') }} as ordered_on,
        coalesce(orders.status, 'paid') as status,
        orders.currency,
        orders.gross,
        orders.gross - coalesce(orders.tax, 0) - coalesce(orders.shipping, 0) as net,
        orders.refunded,
        orders.stream,
        orders.channel,
        coalesce(names.campaign, orders.campaign) as campaign,
        orders.segment,
        coalesce(precedence.rank, 100) as report_rank,
        coalesce(orders.reference, orders.order_id) as sale_id

    from {{ ref('all_orders') }} as orders
    left join {{ ref('person_ids') }} as person_ids
        on
            orders.source = person_ids.source
            and orders.person_id = person_ids.person_id
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'orders'
            and orders.export = precedence.export
    left join {{ ref('campaign_names') }} as names
        on
            orders.source = names.source
            and orders.campaign = names.alias

),

-- An order id alone is one tool's; two tools mean the same sale only where one of them names the other's id.
shared_sales as (

    select
        sale_id,
        min(report_rank) as best_rank

    from reported

    group by sale_id

    having max(case when reference is not null then 1 else 0 end) = 1

)

select
    reported.source,
    reported.export,
    reported.order_id,
    reported.person_key,
    reported.ordered_at,
    reported.ordered_on,
    reported.status,
    reported.currency,
    reported.gross,
    reported.net,
    reported.refunded,
    reported.stream,
    reported.channel,
    reported.campaign,
    reported.segment,
    shared_sales.sale_id is null or reported.report_rank = shared_sales.best_rank as is_counted

from reported
left join shared_sales
    on reported.sale_id = shared_sales.sale_id
