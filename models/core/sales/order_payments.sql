{#
    One row per payment of a known person that names no order and still is one, or a part of one: another tool's order, not cancelled, of the
    same person and currency. An order and a payment of one amount at most a day apart are one sale; each order ends with one such payment.
    What is left is an instalment, or what a gift card left to pay, where a first part was paid within a day of the order or names it, the
    payment is at most 100 days after such an order, and the parts add up to at most the orders' sums; a payment of more ends it. A first
    part may pay several orders about its day at once, such as a basket that was split.
#}

with

bills as (

    select
        told.source,
        told.order_id,
        told.person_key,
        told.currency,
        told.gross,
        told.ordered_on,
        told.ordered_at,
        told.report_rank

    from {{ ref('told_orders') }} as told
    left join {{ ref('order_twins') }} as twins
        on
            told.source = twins.source
            and told.order_id = twins.order_id

    where
        not told.is_payment
        and told.status <> 'cancelled'
        and told.gross > 0
        and told.person_key is not null
        and twins.order_id is null

),

payments as (

    select
        told.source,
        told.order_id,
        told.person_key,
        told.currency,
        told.gross,
        told.ordered_on,
        told.ordered_at,
        told.report_rank,
        twins.twin_source,
        twins.twin_order_id

    from {{ ref('told_orders') }} as told
    left join {{ ref('order_twins') }} as twins
        on
            told.source = twins.source
            and told.order_id = twins.order_id

    where
        told.pays
        and (told.person_key is not null or twins.order_id is not null)

),

alike_rows as (

    select
        source,
        order_id as row_id,
        person_key || ':' || currency as owner,
        gross as amount,
        ordered_on as happened_on,
        ordered_at as happened_at,
        0 as is_end

    from bills

    union all

    select
        source,
        order_id as row_id,
        person_key || ':' || currency as owner,
        gross as amount,
        ordered_on as happened_on,
        ordered_at as happened_at,
        1 as is_end

    from payments

    where twin_order_id is null

),

turns as (

    {{ pairs_in_turn('alike_rows', 'amount - 0.005') }}

),

paid_at_once as (

    select
        end_source as source,
        end_id as order_id,
        start_source as paid_source,
        start_id as paid_order_id

    from turns

    where
        abs(start_amount - end_amount) < 0.005
        and {{ days_after('start_on', 1) }} >= end_on

),

open_bills as (

    select
        bills.*,
        row_number() over (
            partition by bills.person_key, bills.currency, bills.ordered_on, floor(100 * bills.gross + 0.5)
            order by bills.ordered_at, bills.source, bills.order_id
        ) as place

    from bills
    left join paid_at_once
        on
            bills.source = paid_at_once.paid_source
            and bills.order_id = paid_at_once.paid_order_id

    where paid_at_once.order_id is null

),

open_payments as (

    select
        payments.*,
        row_number() over (
            partition by payments.person_key, payments.currency, payments.ordered_on, floor(100 * payments.gross + 0.5)
            order by payments.ordered_at, payments.source, payments.order_id
        ) as place

    from payments
    left join paid_at_once
        on
            payments.source = paid_at_once.source
            and payments.order_id = paid_at_once.order_id

    where
        payments.twin_order_id is null
        and paid_at_once.order_id is null

),

-- A payment told of on the day before its order: a tool's day may begin earlier.
paid_before as (

    select
        open_payments.source,
        open_payments.order_id,
        open_bills.source as paid_source,
        open_bills.order_id as paid_order_id

    from open_payments
    inner join open_bills
        on
            open_payments.person_key = open_bills.person_key
            and open_payments.currency = open_bills.currency
            and open_payments.place = open_bills.place
            and {{ days_after('open_payments.ordered_on', 1) }} = open_bills.ordered_on
            and abs(open_payments.gross - open_bills.gross) < 0.005

),

paid_whole as (

    select * from paid_at_once

    union all

    select * from paid_before

),

named_sums as (

    select
        twin_source as source,
        twin_order_id as order_id,
        {{ exact_sum('gross') }} as paid

    from payments

    where twin_order_id is not null

    group by twin_source, twin_order_id

),

-- What of an order is left to pay.
left_to_pay as (

    select
        open_bills.source,
        open_bills.order_id,
        open_bills.person_key,
        open_bills.currency,
        open_bills.ordered_on,
        open_bills.report_rank,
        open_bills.gross - coalesce(named_sums.paid, 0) as amount,
        named_sums.paid is not null as has_named_part

    from open_bills
    left join named_sums
        on
            open_bills.source = named_sums.source
            and open_bills.order_id = named_sums.order_id
    left join paid_before
        on
            open_bills.source = paid_before.paid_source
            and open_bills.order_id = paid_before.paid_order_id

    where
        paid_before.order_id is null
        and open_bills.gross - coalesce(named_sums.paid, 0) > 0.005

),

left_payments as (

    select
        open_payments.source,
        open_payments.order_id,
        open_payments.person_key,
        open_payments.currency,
        open_payments.ordered_on,
        open_payments.ordered_at,
        open_payments.report_rank,
        open_payments.gross as amount

    from open_payments
    left join paid_before
        on
            open_payments.source = paid_before.source
            and open_payments.order_id = paid_before.order_id

    where paid_before.order_id is null

),

-- What a payment finds left to pay of the orders about its day.
first_parts as (

    select
        left_to_pay.source,
        left_to_pay.order_id,
        left_payments.amount as paid,
        sum(left_to_pay.amount) over (partition by left_payments.source, left_payments.order_id) as left_about_the_day

    from left_to_pay
    inner join left_payments
        on
            left_to_pay.person_key = left_payments.person_key
            and left_to_pay.currency = left_payments.currency
            and left_to_pay.report_rank < left_payments.report_rank
            and abs({{ days_between('left_to_pay.ordered_on', 'left_payments.ordered_on') }}) <= 1

),

begun_orders as (

    select
        source,
        order_id

    from first_parts

    where paid <= left_about_the_day + 0.005

    group by source, order_id

),

begun as (

    select
        left_to_pay.source,
        left_to_pay.order_id,
        left_to_pay.person_key,
        left_to_pay.currency,
        left_to_pay.ordered_on,
        left_to_pay.report_rank,
        left_to_pay.amount

    from left_to_pay
    left join begun_orders
        on
            left_to_pay.source = begun_orders.source
            and left_to_pay.order_id = begun_orders.order_id

    where
        left_to_pay.has_named_part
        or begun_orders.order_id is not null

),

chosen as (

    select
        left_payments.source,
        left_payments.order_id,
        begun.source as paid_source,
        begun.order_id as paid_order_id,
        left_payments.person_key,
        left_payments.currency,
        left_payments.ordered_on,
        left_payments.ordered_at,
        left_payments.amount,
        row_number() over (
            partition by left_payments.source, left_payments.order_id
            order by begun.ordered_on desc, begun.source asc, begun.order_id asc
        ) as row_rank

    from left_payments
    inner join begun
        on
            left_payments.person_key = begun.person_key
            and left_payments.currency = begun.currency
            and left_payments.report_rank > begun.report_rank
            and {{ days_after('left_payments.ordered_on', 1) }} >= begun.ordered_on
            and {{ days_after('begun.ordered_on', 100) }} >= left_payments.ordered_on

),

ledger as (

    select
        source,
        order_id,
        person_key,
        currency,
        {{ days_after('ordered_on', -1) }} as entered_on,
        0 as is_payment,
        {{ start_of_day('ordered_on') }} as entered_at,
        amount

    from begun

    union all

    select
        source,
        order_id,
        person_key,
        currency,
        ordered_on as entered_on,
        1 as is_payment,
        ordered_at as entered_at,
        -amount as amount

    from chosen

    where row_rank = 1

),

balances as (

    select
        *,
        sum(amount) over (
            partition by person_key, currency
            order by entered_on, is_payment, entered_at, source, order_id
            rows unbounded preceding
        ) as balance

    from ledger

),

-- What was paid beyond the orders' sums lowers the ground that later parts stand on.
grounds as (

    select
        *,
        coalesce(least(0, min(balance) over (
            partition by person_key, currency
            order by entered_on, is_payment, entered_at, source, order_id
            rows between unbounded preceding and 1 preceding
        )), 0) as ground

    from balances

)

select
    source,
    order_id,
    paid_source,
    paid_order_id

from paid_whole

union all

select
    chosen.source,
    chosen.order_id,
    chosen.paid_source,
    chosen.paid_order_id

from chosen
inner join grounds
    on
        chosen.source = grounds.source
        and chosen.order_id = grounds.order_id
        and grounds.is_payment = 1

where
    chosen.row_rank = 1
    and grounds.balance >= grounds.ground - 0.005
