{#
    One row per record of an order for which another tool's record of the same sale stands. Two tools tell of one sale where one names the
    other's order id, or where the person is the same, the days are at most one apart and id or amount agree, or, of a person that one
    of them does not know, id and amount; the better-ranked record stands (lookup `precedence`, then the tool's name). Payments that name
    no order are matched by amount in `order_payments`.
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
        -- A payment given back as a whole pays nothing: it takes no turn.
        is_payment and status <> 'cancelled' and gross > coalesce(refunded, 0) as is_matched_by_turns

    from {{ ref('told_orders') }}

),

same_sales as (

    select
        reported.source,
        reported.order_id,
        reported.report_rank,
        others.source as other_source,
        others.order_id as other_order_id,
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
        reported.report_rank,
        others.source as other_source,
        others.order_id as other_order_id,
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
        reported.report_rank,
        others.source as other_source,
        others.order_id as other_order_id,
        others.report_rank as other_rank

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
                    and not reported.is_matched_by_turns
                    and not others.is_matched_by_turns
                )
            )

    union all

    -- An order of nobody known, such as a guest's.
    select
        reported.source,
        reported.order_id,
        reported.report_rank,
        others.source as other_source,
        others.order_id as other_order_id,
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

ranked as (

    select
        source,
        order_id,
        other_source,
        other_order_id,
        row_number() over (
            partition by source, order_id
            order by other_rank, other_source, other_order_id
        ) as choice

    from same_sales

    where
        report_rank > other_rank
        or (report_rank = other_rank and source > other_source)

)

select
    source,
    order_id,
    other_source as twin_source,
    other_order_id as twin_order_id

from ranked

where choice = 1
