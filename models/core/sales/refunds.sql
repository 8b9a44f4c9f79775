{#
    One row per dated refund, lost dispute or return, on its own day. `net_amount` is the revenue it takes back, without tax and shipping, in
    the reporting currency at its order's rate; negative for an adjustment upward. A return is an order of a negative sum: it belongs to
    the person's latest purchase before it of which earlier returns leave as much; where none has, to the latest that was at least as much,
    else to the latest. A refund without an amount is what the other refunds of its order leave of it.
#}
{%- set rounds = 5 %}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

returns as (

    select *

    from {{ ref('order_reports') }}

    where
        gross < 0
        and is_counted
        and status <> 'cancelled'

),

-- A purchase waits for as many returns of a sum as its own holds.
sums_in_turn as (

    select
        orders.source,
        orders.order_id as row_id,
        numbered.owner,
        numbered.amount,
        orders.ordered_at as happened_on,
        orders.ordered_at as happened_at,
        0 as is_end

    from (

        select
            person_key,
            currency,
            person_key || ':' || currency as owner,
            -gross as amount,
            row_number() over (
                partition by person_key, currency, floor(0.5 - 100 * gross)
                order by ordered_at, source, order_id
            ) as place

        from returns

    ) as numbered
    inner join {{ ref('order_reports') }} as orders
        on
            numbered.person_key = orders.person_key
            and numbered.currency = orders.currency
            and orders.gross >= numbered.place * numbered.amount - 0.005

    where
        orders.gross > 0
        and orders.is_counted
        and orders.status <> 'cancelled'

    union all

    select
        source,
        order_id as row_id,
        person_key || ':' || currency as owner,
        -gross as amount,
        ordered_at as happened_on,
        ordered_at as happened_at,
        1 as is_end

    from returns

    where person_key is not null

),

turns as (

    {{ pairs_in_turn('sums_in_turn', 'amount - 0.005') }}

),

purchases_before as (

    select
        returns.source,
        returns.order_id,
        returns.ordered_at,
        -returns.gross as amount,
        orders.source as order_source,
        orders.order_id as returned_order_id,
        orders.ordered_at as bought_at,
        case when orders.currency = returns.currency then orders.gross else 0.0 end as sum_of_purchase,
        case when turns.start_id is not null then 1 else 0 end as is_chosen

    from returns
    inner join {{ ref('order_reports') }} as orders
        on
            returns.person_key = orders.person_key
            and orders.gross > 0
            and orders.is_counted
            and orders.status <> 'cancelled'
            and returns.ordered_at >= orders.ordered_at
    left join turns
        on
            returns.source = turns.end_source
            and returns.order_id = turns.end_id
            and orders.source = turns.start_source
            and orders.order_id = turns.start_id

),

-- Returns of one sum have taken turns; in each round one more of those of different sums meets what earlier ones have left. So up to five
-- returns of a person that compete for purchases come out as if settled one after another.
{% for round in range(1, rounds + 1) -%}
left_by_others_{{ round }} as (

    select
        *,
        sum_of_purchase - coalesce(sum(is_chosen * amount) over (
            partition by order_source, returned_order_id
            order by ordered_at, source, order_id
            rows between unbounded preceding and 1 preceding
        ), 0.0) as sum_left

    from {{ 'purchases_before' if loop.first else 'returned_' ~ (round - 1) }}

),

returned_{{ round }} as (

    select
        source,
        order_id,
        ordered_at,
        amount,
        order_source,
        returned_order_id,
        bought_at,
        sum_of_purchase,
        case
            when
                row_number() over (
                    partition by source, order_id
                    order by
                        case
                            when sum_left >= amount - 0.005 then 0
                            when sum_of_purchase >= amount - 0.005 then 1
                            else 2
                        end,
                        bought_at desc,
                        returned_order_id desc,
                        order_source desc
                ) = 1
                then 1
            else 0
        end as is_chosen

    from left_by_others_{{ round }}

),

{% endfor -%}
returned_orders as (

    select
        source,
        order_id,
        order_source,
        returned_order_id

    from returned_{{ rounds }}

    where is_chosen = 1

),

counted_refunds as (

    select
        *,
        {{ as_double('sum(' ~ twelve_decimals('amount') ~ ') over (partition by named_source, order_id)') }} as told_amount,
        count(*) over (partition by named_source, order_id)
        - count(amount) over (partition by named_source, order_id) as untold_count

    from {{ ref('told_refunds') }}

),

completed as (

    select
        refunds.source,
        refunds.refund_id,
        refunds.named_source,
        refunds.order_id,
        refunds.person_id,
        refunds.email_hash,
        refunds.refunded_at,
        refunds.is_dispute,
        case when refunds.amount is null then told.currency else refunds.currency end as currency,
        coalesce(
            refunds.amount,
            greatest(told.gross - coalesce(refunds.told_amount, 0), 0) / nullif(refunds.untold_count, 0)
        ) as amount,
        case when refunds.amount is not null then refunds.tax end as tax,
        case when refunds.amount is not null then refunds.shipping end as shipping,
        refunds.stream,
        refunds.channel,
        told.standing_source,
        told.standing_order_id

    from counted_refunds as refunds
    left join {{ ref('order_reports') }} as told
        on
            refunds.named_source = told.source
            and refunds.order_id = told.order_id

    where
        refunds.amount is not null
        or told.order_id is not null

),

reported as (

    select
        refunds.source,
        refunds.refund_id,
        -- What a bank took back from a payment is gone from the order that the payment was.
        case
            when refunds.is_dispute then coalesce(refunds.standing_source, refunds.named_source)
            else refunds.named_source
        end as order_source,
        case when refunds.is_dispute then coalesce(refunds.standing_order_id, refunds.order_id) else refunds.order_id end as order_id,
        {{ person_key('refunds') }} as person_key,
        refunds.refunded_at,
        {{ local_date('refunds.refunded_at') }} as refunded_on,
        refunds.amount,
        refunds.amount - coalesce(refunds.tax, 0) - coalesce(refunds.shipping, 0) as net,
        refunds.tax is not null or refunds.shipping is not null as tells_net,
        refunds.currency,
        refunds.stream,
        refunds.channel,
        {{ dbt.cast('null', 'string') }} as segment

    from completed as refunds
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('refunds') }}

    union all

    select
        returns.source,
        'return:' || returns.order_id as refund_id,
        returned_orders.order_source,
        returned_orders.returned_order_id as order_id,
        returns.person_key,
        returns.ordered_at as refunded_at,
        returns.ordered_on as refunded_on,
        -returns.gross as amount,
        -returns.net as net,
        returns.net <> returns.gross as tells_net,
        returns.currency,
        returns.stream,
        returns.channel,
        returns.segment

    from returns
    left join returned_orders
        on
            returns.source = returned_orders.source
            and returns.order_id = returned_orders.order_id

)

select
    reported.source,
    reported.refund_id,
    orders.source as order_source,
    orders.order_id,
    coalesce(orders.person_key, reported.person_key) as person_key,
    reported.refunded_at,
    reported.refunded_on,
    coalesce(orders.stream, reported.stream) as stream,
    coalesce(orders.channel, reported.channel) as channel,
    coalesce(orders.segment, reported.segment) as segment,
    -- A refund that does not tell its tax and shipping holds them in its order's proportion.
    case
        when reported.tells_net or orders.order_id is null then reported.net
        when orders.gross = 0 then 0.0
        else reported.amount * orders.net / orders.gross
    end * {{ rate_of('reported') }} as net_amount

from reported
inner join run
    on reported.refunded_on <= run.as_of
left join {{ ref('order_reports') }} as orders
    on
        reported.order_source = orders.source
        and reported.order_id = orders.order_id
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        reported.currency = exchange_rates.currency
        and coalesce(orders.ordered_on, reported.refunded_on) = exchange_rates.valid_on

-- Nothing can be taken back from an order that was cancelled or that another tool's record stands for.
where
    orders.order_id is null
    or (orders.is_counted and orders.status <> 'cancelled')
