{#
    One row per period, way of judging, plan and segment: the customers there at its start, those of them lost in it, the monthly amounts
    of both, and the monthly amount at its end. Before a whole `active_customer_days` of purchases is known, who is a customer by them is
    not: NULL.
#}

with

-- States are customers; subscriptions are amounts, of their own plan and segment. As decimals what opens and closes cancels to the last digit.
holdings as (

    select
        person_key,
        judged_by,
        {{ slice_value('plan') }} as plan,
        {{ slice_value('segment') }} as segment,
        from_on,
        until_on,
        lost_on,
        1 as customers,
        cast(0 as decimal(28, 10)) as customer_amount,
        cast(0 as decimal(28, 10)) as monthly_amount

    from {{ ref('customer_states') }}

    union all

    select
        subscriptions.person_key,
        'subscription' as judged_by,
        {{ slice_value('subscriptions.plan') }} as plan,
        {{ slice_value('coalesce(subscriptions.segment, customers.segment, people.segment)') }} as segment,
        subscriptions.started_on as from_on,
        subscriptions.ended_on as until_on,
        states.lost_on,
        0 as customers,
        -- An unknown person is no customer that could be lost.
        cast(
            case when subscriptions.person_key is not null then coalesce(subscriptions.monthly_amount, 0) else 0 end
            as decimal(28, 10)
        ) as customer_amount,
        cast(coalesce(subscriptions.monthly_amount, 0) as decimal(28, 10)) as monthly_amount

    from {{ ref('subscriptions') }} as subscriptions
    -- A subscription's first day begins a state of its person.
    left join {{ ref('customer_states') }} as states
        on
            subscriptions.person_key = states.person_key
            and subscriptions.started_on = states.from_on
    left join {{ ref('customers') }} as customers
        on subscriptions.person_key = customers.person_key
    left join {{ ref('people') }} as people
        on subscriptions.person_key = people.person_key

    where
        subscriptions.ended_on is null
        or subscriptions.started_on < subscriptions.ended_on

),

changes as (

    select
        from_on as changed_on,
        judged_by,
        plan,
        segment,
        customers,
        customer_amount,
        monthly_amount

    from holdings

    union all

    select
        until_on as changed_on,
        judged_by,
        plan,
        segment,
        -customers as customers,
        -customer_amount as customer_amount,
        -monthly_amount as monthly_amount

    from holdings

    where until_on is not null

),

daily_changes as (

    select
        judged_by,
        plan,
        segment,
        changed_on,
        sum(customers) as customers,
        sum(customer_amount) as customer_amount,
        sum(monthly_amount) as monthly_amount

    from changes

    group by judged_by, plan, segment, changed_on

),

-- What stands between two changes.
standing as (

    select
        judged_by,
        plan,
        segment,
        changed_on as from_on,
        coalesce(lead(changed_on) over in_time, {{ far_future_date() }}) as until_on,
        sum(customers) over so_far as customers,
        sum(customer_amount) over so_far as customer_amount,
        sum(monthly_amount) over so_far as monthly_amount

    from daily_changes

    window
        in_time as (
            partition by judged_by, plan, segment
            order by changed_on
        ),
        so_far as (
            partition by judged_by, plan, segment
            order by changed_on
            rows between unbounded preceding and current row
        )

),

kinds as (

    select
        judged_by,
        plan,
        segment,
        min(from_on) as first_from_on

    from standing

    group by judged_by, plan, segment

),

places as (

    select
        edges.period_grain,
        edges.period_start,
        edges.last_day,
        edges.days_since_end,
        kinds.judged_by,
        kinds.plan,
        kinds.segment,
        kinds.judged_by <> 'purchase' or edges.period_start >= history.customers_known_from as is_known

    from {{ ref('period_edges') }} as edges
    cross join kinds
    cross join {{ ref('purchase_history') }} as history

    where
        kinds.first_from_on <= edges.last_day
        or (kinds.judged_by = 'purchase' and edges.period_start < history.customers_known_from)

),

-- Whoever held something as the period began and is no customer as it ends. Somebody lost and back by then is not lost.
losses as (

    select
        held.period_grain,
        held.period_start,
        held.judged_by,
        held.plan,
        held.segment,
        sum(held.customers) as customers,
        sum(held.customer_amount) as customer_amount

    from (

        select
            periods.period_grain,
            periods.period_start,
            edges.last_day,
            holdings.*

        from holdings
        inner join {{ ref('periods') }} as periods
            on
                holdings.lost_on = periods.date_day
                and holdings.from_on < periods.period_start
                and holdings.until_on >= periods.period_start
        inner join {{ ref('period_edges') }} as edges
            on
                periods.period_grain = edges.period_grain
                and periods.period_start = edges.period_start

    ) as held
    left join {{ ref('customer_states') }} as closing
        on
            held.person_key = closing.person_key
            and held.last_day >= closing.from_on
            and held.last_day < coalesce(closing.until_on, {{ far_future_date() }})

    where closing.person_key is null

    group by held.period_grain, held.period_start, held.judged_by, held.plan, held.segment

)

-- A period's start is what the day before left.
select
    places.period_grain,
    places.period_start,
    places.days_since_end,
    places.judged_by,
    places.plan,
    places.segment,
    case when places.is_known then cast(coalesce(opening.customers, 0) as bigint) end as customers_at_start,
    case when places.is_known then cast(coalesce(losses.customers, 0) as bigint) end as customers_lost,
    {{ as_double('coalesce(opening.customer_amount, 0)') }} as amount_at_start,
    {{ as_double('coalesce(losses.customer_amount, 0)') }} as amount_lost,
    {{ as_double('coalesce(closing.monthly_amount, 0)') }} as amount_at_end

from places
left join standing as opening
    on
        places.judged_by = opening.judged_by
        and places.plan = opening.plan
        and places.segment = opening.segment
        and places.period_start > opening.from_on
        and places.period_start <= opening.until_on
left join standing as closing
    on
        places.judged_by = closing.judged_by
        and places.plan = closing.plan
        and places.segment = closing.segment
        and places.last_day >= closing.from_on
        and places.last_day < closing.until_on
left join losses
    on
        places.period_grain = losses.period_grain
        and places.period_start = losses.period_start
        and places.judged_by = losses.judged_by
        and places.plan = losses.plan
        and places.segment = losses.segment
