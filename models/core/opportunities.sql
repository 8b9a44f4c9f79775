{#
    One row per sales opportunity as of the last day. A won deal and an order of one sale are one: the deal names the order, or
    same person, amounts within 1 %, order within 60 days after closing; then `order_id` is set and the order stands.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

reported as (

    select
        opportunities.*,
        {{ person_key('opportunities') }} as person_key,
        {{ local_date('opportunities.created_at') }} as created_on,
        {{ local_date('opportunities.closed_at') }} as closed_on

    from {{ ref('all_opportunities') }} as opportunities
    left join {{ ref('person_ids') }} as person_ids
        on
            opportunities.source = person_ids.source
            and opportunities.person_id = person_ids.person_id

),

known as (

    select
        reported.source,
        reported.export,
        reported.opportunity_id,
        reported.person_key,
        reported.order_id as named_order_id,
        reported.created_at,
        reported.created_on,
        case when reported.closed_on <= run.as_of then reported.closed_at end as closed_at,
        case when reported.closed_on <= run.as_of then reported.closed_on end as closed_on,
        case when reported.closed_on <= run.as_of then reported.outcome end as outcome,
        reported.amount * {{ rate_of('reported') }} as amount,
        reported.pipeline,
        reported.channel,
        coalesce(names.campaign, reported.campaign) as campaign

    from reported
    inner join run
        on reported.created_on <= run.as_of
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            reported.currency = exchange_rates.currency
            -- An open deal's amount is worth what it was when the deal was created.
            and case when reported.closed_on <= run.as_of then reported.closed_on else reported.created_on end = exchange_rates.valid_on
    left join {{ ref('campaign_names') }} as names
        on
            reported.source = names.source
            and reported.campaign = names.alias

),

matches as (

    select
        known.source,
        known.opportunity_id,
        orders.source as order_source,
        orders.order_id,
        row_number() over (
            partition by known.source, known.opportunity_id
            order by case when known.named_order_id = orders.order_id then 0 else 1 end, orders.ordered_at, orders.order_id
        ) as order_choice,
        row_number() over (
            partition by orders.source, orders.order_id
            order by case when known.named_order_id = orders.order_id then 0 else 1 end, known.closed_at, known.opportunity_id
        ) as deal_choice

    from known
    inner join {{ ref('orders') }} as orders
        on
            known.named_order_id = orders.order_id
            or (
                known.person_key = orders.person_key
                and abs(known.amount - orders.gross) <= 0.01 * abs(known.amount)
                and known.closed_on <= orders.ordered_on
                and {{ days_after('known.closed_on', 60) }} >= orders.ordered_on
            )

    where known.outcome = 'won'

)

select
    known.source,
    known.export,
    known.opportunity_id,
    known.person_key,
    known.created_at,
    known.created_on,
    known.closed_at,
    known.closed_on,
    known.outcome,
    known.amount,
    known.pipeline,
    known.channel,
    known.campaign,
    matches.order_source,
    matches.order_id

from known
left join matches
    on
        known.source = matches.source
        and known.opportunity_id = matches.opportunity_id
        and matches.order_choice = 1
        and matches.deal_choice = 1
