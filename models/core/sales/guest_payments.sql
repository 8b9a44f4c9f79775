{#
    One row per payment that names no order and is one of which, or of whose payer, nobody knows the person: another tool's order of the same
    currency and sum, not cancelled, of the payment's day or the day before. Each order ends with one such payment, a guest's order first;
    what the person tells (`order_payments`) goes before, and two persons are never one.
#}

with

paid as (

    select
        paid_source as source,
        paid_order_id as order_id

    from {{ ref('order_payments') }}

    union

    select
        twins.twin_source as source,
        twins.twin_order_id as order_id

    from {{ ref('order_twins') }} as twins
    inner join {{ ref('told_orders') }} as told
        on
            twins.source = told.source
            and twins.order_id = told.order_id

    where told.pays

),

known as (

    select
        source,
        order_id

    from {{ ref('order_twins') }}

    union

    select
        source,
        order_id

    from {{ ref('order_payments') }}

),

-- Orders that nothing is known to pay, and payments of which nobody knows the order.
left_over as (

    select
        told.source,
        told.order_id as row_id,
        told.person_key,
        told.currency || ':' || {{ dbt.cast('cast(floor(100 * told.gross + 0.5) as bigint)', 'string') }} as owner,
        told.gross as amount,
        told.ordered_on as happened_on,
        told.ordered_at as happened_at,
        case when told.pays then 1 else 0 end as is_end

    from {{ ref('told_orders') }} as told
    left join known
        on
            told.source = known.source
            and told.order_id = known.order_id
    left join paid
        on
            told.source = paid.source
            and told.order_id = paid.order_id

    where
        known.order_id is null
        and paid.order_id is null
        and told.gross > 0
        and (
            told.pays
            or (not told.is_payment and told.status <> 'cancelled')
        )

),

by_guests as (

    select * from left_over

    where
        is_end = 1
        or person_key is null

),

turns_of_guests as (

    {{ pairs_in_turn('by_guests', 'amount - 0.005') }}

),

of_guests as (

    select * from turns_of_guests

    where {{ days_after('start_on', 1) }} >= end_on

),

by_nobody as (

    select left_over.*

    from left_over
    left join of_guests
        on
            left_over.source = of_guests.end_source
            and left_over.row_id = of_guests.end_id

    where
        of_guests.end_id is null
        and (
            (left_over.is_end = 1 and left_over.person_key is null)
            or (left_over.is_end = 0 and left_over.person_key is not null)
        )

),

turns_of_nobody as (

    {{ pairs_in_turn('by_nobody', 'amount - 0.005') }}

),

matches as (

    select * from of_guests

    union all

    select * from turns_of_nobody

    where {{ days_after('start_on', 1) }} >= end_on

)

select
    end_source as source,
    end_id as order_id,
    start_source as paid_source,
    start_id as paid_order_id

from matches
