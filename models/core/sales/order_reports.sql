{#
    One row per order as a tool reports it. Two tools tell of the same sale where one names the other's order id, or where the person is
    the same, the days are at most one apart and id or amount agree, or, of a person that one of them does not know, id and amount; the
    better-ranked report stands (lookup `precedence`, then the tool's name).
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
        coalesce(precedence.rank, 100) as report_rank

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

same_sales as (

    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.report_rank as other_rank

    from reported
    inner join reported as others
        on
            reported.reference = others.order_id
            and reported.source <> others.source

    union all

    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.report_rank as other_rank

    from reported
    inner join reported as others
        on
            reported.order_id = others.reference
            and reported.source <> others.source

    union all

    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.report_rank as other_rank

    from reported
    inner join reported as others
        on
            reported.person_key = others.person_key
            and reported.source <> others.source
            and abs({{ days_between('reported.ordered_on', 'others.ordered_on') }}) <= 1
            and (
                reported.order_id = others.order_id
                or (reported.currency = others.currency and abs(reported.gross - others.gross) < 0.005)
            )

    union all

    -- An order of nobody known, such as a guest's.
    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.report_rank as other_rank

    from reported
    inner join reported as others
        on
            reported.order_id = others.order_id
            and reported.source <> others.source
            and (reported.person_key is null or others.person_key is null)
            and abs({{ days_between('reported.ordered_on', 'others.ordered_on') }}) <= 1
            and reported.currency = others.currency
            and abs(reported.gross - others.gross) < 0.005

),

best_others as (

    select
        source,
        order_id,
        min(other_rank) as best_rank,
        min(other_source) as first_source

    from same_sales

    group by source, order_id

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
    best_others.order_id is null
    or reported.report_rank < best_others.best_rank
    or (reported.report_rank = best_others.best_rank and reported.source < best_others.first_source) as is_counted

from reported
left join best_others
    on
        reported.source = best_others.source
        and reported.order_id = best_others.order_id
