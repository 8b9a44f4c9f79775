{#
    One row per dated refund, lost dispute or return, on its own day. `net_amount` is the revenue it takes back, without tax and shipping, in
    the reporting currency at its order's rate; negative for an adjustment upward. A return is an order of a negative sum: it belongs to
    the person's latest purchase before it of at least its sum that returns of the same sum have not used up, or, where none is, to the latest.
    A refund without an amount is what the other
    refunds of its order leave of it.
#}

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

returned_orders as (

    select
        returns.source,
        returns.order_id,
        orders.source as order_source,
        orders.order_id as returned_order_id,
        row_number() over (
            partition by returns.source, returns.order_id
            order by
                case when orders.currency = returns.currency and orders.gross >= -returns.gross - 0.005 then 0 else 1 end,
                orders.ordered_at desc,
                orders.order_id desc,
                orders.source desc
        ) as row_rank

    from returns
    inner join {{ ref('order_reports') }} as orders
        on
            returns.person_key = orders.person_key
            and orders.gross > 0
            and orders.is_counted
            and orders.status <> 'cancelled'
            and returns.ordered_at >= orders.ordered_at

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
        coalesce(turns.start_source, returned_orders.order_source) as order_source,
        coalesce(turns.start_id, returned_orders.returned_order_id) as order_id,
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
            and returned_orders.row_rank = 1
    left join turns
        on
            returns.source = turns.end_source
            and returns.order_id = turns.end_id

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
