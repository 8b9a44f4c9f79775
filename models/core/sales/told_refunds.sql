{#
    One row per dated refund as a tool tells of it, with the tool of whose order it speaks: its own; where that tells of no such order, as a
    file of refunds beside a shop does, another that does, the record that counts first, then the first name.
#}

with

unmatched as (

    select
        refunds.source,
        refunds.refund_id,
        refunds.order_id

    from {{ ref('all_refunds') }} as refunds
    left join {{ ref('order_reports') }} as own
        on
            refunds.source = own.source
            and refunds.order_id = own.order_id

    where
        refunds.order_id is not null
        and own.order_id is null

),

others as (

    select
        unmatched.source,
        unmatched.refund_id,
        orders.source as order_source,
        row_number() over (
            partition by unmatched.source, unmatched.refund_id
            order by case when orders.is_counted then 0 else 1 end, orders.source
        ) as row_rank

    from unmatched
    inner join {{ ref('order_reports') }} as orders
        on unmatched.order_id = orders.order_id

),

chosen as (

    select * from others

    where row_rank = 1

)

select
    refunds.source,
    refunds.export,
    refunds.refund_id,
    refunds.order_id,
    coalesce(chosen.order_source, refunds.source) as named_source,
    refunds.person_id,
    refunds.email_hash,
    refunds.refunded_at,
    refunds.amount,
    refunds.tax,
    refunds.shipping,
    refunds.currency,
    refunds.stream,
    refunds.channel,
    coalesce(refunds.is_dispute, false) as is_dispute

from {{ ref('all_refunds') }} as refunds
left join chosen
    on
        refunds.source = chosen.source
        and refunds.refund_id = chosen.refund_id
