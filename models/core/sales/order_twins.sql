{#
    One row per record of an order for which another tool's record of the same sale stands. Two tools tell of one sale where one names the
    other's order id, or where the person is the same, the days are at most one apart and id or amount agree (each of a tool's orders is one
    of another's at most), or, of a person that one of them does not know, id and amount; the better-ranked record stands (lookup `precedence`, then the tool's name), but for a cancelled
    order of which a payment was taken and kept: then the payment does. Payments that name no order are matched by amount in
    `order_payments`.
#}

with

reported as (

    select
        source,
        order_id,
        reference,
        person_key,
        ordered_on,
        currency,
        gross,
        report_rank,
        status = 'cancelled' as is_cancelled,
        is_payment,
        pays

    from {{ ref('told_orders') }}

),

alike as (

    select
        reported.source,
        reported.order_id,
        others.source as twin_source,
        others.order_id as twin_order_id,
        case when reported.order_id = others.order_id then 0 else 1 end as other_id,
        -- A failed attempt is no match for the order that came of it.
        case when reported.is_cancelled = others.is_cancelled then 0 else 1 end as other_state,
        abs({{ days_between('reported.ordered_on', 'others.ordered_on') }}) as days_apart,
        reported.is_payment or others.is_payment as tells_of_payment

    from reported
    inner join reported as others
        on
            reported.person_key = others.person_key
            and reported.source <> others.source
            and abs({{ days_between('reported.ordered_on', 'others.ordered_on') }}) <= 1
            and (
                reported.order_id = others.order_id
                or (
                    reported.currency = others.currency
                    and abs(reported.gross - others.gross) < 0.005
                    -- Payments are matched by amount in turns.
                    and not reported.pays
                    and not others.pays
                )
            )

),

alike_orders as (

    select * from alike

    where not tells_of_payment

),

matched as (

    {{ one_for_one('alike_orders', 'order_id', 'other_id, other_state, days_apart') }}

),

same_sales as (

    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.order_id as other_order_id

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
        others.order_id as other_order_id

    from reported
    inner join reported as others
        on
            reported.order_id = others.reference
            and reported.source <> others.source

    union all

    select
        source,
        order_id,
        twin_source as other_source,
        twin_order_id as other_order_id

    from matched

    union all

    -- An order may have several payments that were given back.
    select
        source,
        order_id,
        twin_source as other_source,
        twin_order_id as other_order_id

    from alike

    where tells_of_payment

    union all

    -- An order of nobody known, such as a guest's.
    select
        reported.source,
        reported.order_id,
        others.source as other_source,
        others.order_id as other_order_id

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

ranked as (

    select
        same_sales.*,
        row_number() over (
            partition by same_sales.source, same_sales.order_id
            order by others.report_rank, same_sales.other_source, same_sales.other_order_id
        ) as row_rank

    from same_sales
    inner join reported
        on
            same_sales.source = reported.source
            and same_sales.order_id = reported.order_id
    inner join reported as others
        on
            same_sales.other_source = others.source
            and same_sales.other_order_id = others.order_id

    where
        case
            when reported.is_cancelled and others.pays then true
            when reported.pays and others.is_cancelled then false
            when reported.is_payment <> others.is_payment then reported.is_payment
            when reported.report_rank = others.report_rank then reported.source > others.source
            else reported.report_rank > others.report_rank
        end

)

select
    source,
    order_id,
    other_source as twin_source,
    other_order_id as twin_order_id

from ranked

where row_rank = 1
