{#
    One row per period, way of judging, plan and segment: the customers there at its start and the monthly amounts they paid, what of both
    was lost and what was gained by its end, and the monthly amount at its end. Before a whole `active_customer_days` of purchases is
    known, who is a customer by them is not: NULL. So is all that holds subscriptions whose export tells no ends.
#}

with

states as (

    select
        person_key,
        customer_basis,
        {{ slice_value('plan') }} as plan,
        {{ slice_value('segment') }} as segment,
        valid_from,
        valid_to,
        -- A buyer's next purchase changes nothing, a subscriber's next state may cost more or less.
        case when customer_basis = 'subscription' then valid_to else lost_on end as changed_on,
        is_end_told,
        monthly_amount as customer_amount

    from {{ ref('customer_states') }}

),

-- States are customers; subscriptions are amounts, of unknown persons too, under their own plan and segment.
holdings as (

    select
        customer_basis,
        plan,
        segment,
        valid_from,
        valid_to,
        is_end_told,
        1 as customers,
        customer_amount,
        cast(0 as decimal(28, 10)) as monthly_amount

    from states

    union all

    select
        'subscription' as customer_basis,
        {{ slice_value('paid_times.plan') }} as plan,
        {{ slice_value('coalesce(paid_times.segment, customers.segment, people.segment)') }} as segment,
        paid_times.valid_from,
        paid_times.valid_to,
        paid_times.is_end_told,
        0 as customers,
        cast(0 as decimal(28, 10)) as customer_amount,
        -- As decimals what opens and closes cancels to the last digit.
        cast(coalesce(paid_times.monthly_amount, 0) as decimal(28, 10)) as monthly_amount

    from {{ ref('paid_times') }} as paid_times
    left join {{ ref('customers') }} as customers
        on paid_times.person_key = customers.person_key
    left join {{ ref('people') }} as people
        on paid_times.person_key = people.person_key

),

changes as (

    select
        valid_from as changed_on,
        customer_basis,
        plan,
        segment,
        customers,
        customer_amount,
        monthly_amount

    from holdings

    union all

    select
        valid_to as changed_on,
        customer_basis,
        plan,
        segment,
        -customers as customers,
        -customer_amount as customer_amount,
        -monthly_amount as monthly_amount

    from holdings

    where valid_to is not null

),

daily_changes as (

    select
        customer_basis,
        plan,
        segment,
        changed_on,
        sum(customers) as customers,
        {{ exact_sum('customer_amount') }} as customer_amount,
        {{ exact_sum('monthly_amount') }} as monthly_amount

    from changes

    group by customer_basis, plan, segment, changed_on

),

-- What stands between two changes.
standing as (

    select
        customer_basis,
        plan,
        segment,
        changed_on as valid_from,
        coalesce(lead(changed_on) over in_time, {{ far_future_date() }}) as valid_to,
        sum(customers) over so_far as customers,
        sum(customer_amount) over so_far as customer_amount,
        sum(monthly_amount) over so_far as monthly_amount

    from daily_changes

    window
        in_time as (
            partition by customer_basis, plan, segment
            order by changed_on
        ),
        so_far as (
            partition by customer_basis, plan, segment
            order by changed_on
            rows between unbounded preceding and current row
        )

),

kinds as (

    select
        customer_basis,
        plan,
        segment,
        min(valid_from) as first_from_on,
        min(case when not is_end_told then valid_from end) as untold_from_on

    from holdings

    group by customer_basis, plan, segment

),

places as (

    select
        edges.period_grain,
        edges.period_start,
        edges.last_day,
        edges.days_since_end,
        kinds.customer_basis,
        kinds.plan,
        kinds.segment,
        case
            when kinds.customer_basis = 'purchase' then edges.period_start >= history.customers_known_from
            else coalesce(edges.last_day < kinds.untold_from_on, true)
        end as is_known

    from {{ ref('period_bounds') }} as edges
    cross join kinds
    cross join {{ ref('purchase_history') }} as history

    where
        kinds.first_from_on <= edges.last_day
        or (kinds.customer_basis = 'purchase' and edges.period_start < history.customers_known_from)

),

-- Whoever was a customer as a period began, and what of it is left as it ends. Somebody lost and back by then is not lost.
outcomes as (

    select
        opening.period_grain,
        opening.period_start,
        opening.customer_basis,
        opening.plan,
        opening.segment,
        sum(case when closing.person_key is null then 1 else 0 end) as customers_lost,
        {{ exact_sum('greatest(opening.customer_amount - coalesce(closing.customer_amount, 0), 0)') }} as amount_lost,
        {{ exact_sum(
            'case when opening.customer_amount > 0 then greatest(coalesce(closing.customer_amount, 0) - opening.customer_amount, 0) else 0 end'
        ) }} as amount_gained

    from (

        select
            periods.period_grain,
            periods.period_start,
            edges.last_day,
            states.*

        from states
        inner join {{ ref('periods') }} as periods
            on
                states.changed_on = periods.date_day
                and states.valid_from < periods.period_start
                and states.valid_to >= periods.period_start
        inner join {{ ref('period_bounds') }} as edges
            on
                periods.period_grain = edges.period_grain
                and periods.period_start = edges.period_start

    ) as opening
    left join states as closing
        on
            opening.person_key = closing.person_key
            and opening.last_day >= closing.valid_from
            and opening.last_day < coalesce(closing.valid_to, {{ far_future_date() }})

    group by opening.period_grain, opening.period_start, opening.customer_basis, opening.plan, opening.segment

)

-- A period's start is what the day before left.
select
    places.period_grain,
    places.period_start,
    places.days_since_end,
    places.customer_basis,
    places.plan,
    places.segment,
    case when places.is_known then cast(coalesce(opening.customers, 0) as bigint) end as customers_at_start,
    case when places.is_known then cast(coalesce(outcomes.customers_lost, 0) as bigint) end as customers_lost,
    {{ as_double('case when places.is_known then coalesce(opening.customer_amount, 0) end') }} as amount_at_start,
    {{ as_double('case when places.is_known then coalesce(outcomes.amount_lost, 0) end') }} as amount_lost,
    {{ as_double('case when places.is_known then coalesce(outcomes.amount_gained, 0) end') }} as amount_gained,
    {{ as_double('case when places.is_known then coalesce(closing.monthly_amount, 0) end') }} as amount_at_end

from places
left join standing as opening
    on
        places.customer_basis = opening.customer_basis
        and places.plan = opening.plan
        and places.segment = opening.segment
        and places.period_start > opening.valid_from
        and places.period_start <= opening.valid_to
left join standing as closing
    on
        places.customer_basis = closing.customer_basis
        and places.plan = closing.plan
        and places.segment = closing.segment
        and places.last_day >= closing.valid_from
        and places.last_day < closing.valid_to
left join outcomes
    on
        places.period_grain = outcomes.period_grain
        and places.period_start = outcomes.period_start
        and places.customer_basis = outcomes.customer_basis
        and places.plan = outcomes.plan
        and places.segment = outcomes.segment
