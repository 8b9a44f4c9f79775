{#
    One row per order as a tool reports it, with the other tool's record that stands for it where there is one: of the same sale
    (`order_twins`), or of the order that it pays (`order_payments`, `guest_payments`). An order that names nobody is of the person whom another record of the
    same sale names: a guest's, say, whose address the payment holds.
#}

with

others as (

    select
        source,
        order_id,
        twin_source,
        twin_order_id

    from {{ ref('order_twins') }}

    union all

    select
        source,
        order_id,
        paid_source as twin_source,
        paid_order_id as twin_order_id

    from {{ ref('order_payments') }}

    union all

    select
        source,
        order_id,
        paid_source as twin_source,
        paid_order_id as twin_order_id

    from {{ ref('guest_payments') }}

),

persons as (

    {{ persons_of_twins(ref('told_orders'), 'order_id', 'others') }}

)

select
    told.source,
    told.export,
    told.order_id,
    coalesce(told.person_key, persons.person_key) as person_key,
    told.ordered_at,
    told.ordered_on,
    told.status,
    told.currency,
    told.gross,
    told.net,
    told.tax,
    told.shipping,
    told.refunded,
    told.stream,
    told.channel,
    told.campaign,
    told.segment,
    told.is_payment,
    -- The record that stands may have a better one itself.
    coalesce(betters.twin_source, others.twin_source, told.source) as standing_source,
    coalesce(betters.twin_order_id, others.twin_order_id, told.order_id) as standing_order_id,
    others.order_id is null as is_counted

from {{ ref('told_orders') }} as told
left join others
    on
        told.source = others.source
        and told.order_id = others.order_id
left join persons
    on
        told.source = persons.source
        and told.order_id = persons.order_id
left join others as betters
    on
        others.twin_source = betters.source
        and others.twin_order_id = betters.order_id
