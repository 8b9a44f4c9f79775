{#
    One row per period, way of judging, plan and segment: the customers there at its start, those of them lost in it, the monthly amounts
    of both, and the monthly amount at its end. Summed from what opens and closes each day. Before a whole `active_customer_days` of
    purchases is known, who is a customer by them is not: NULL.
#}

with

changes as (

    select
        from_on as changed_on,
        judged_by,
        plan,
        segment,
        customers,
        customer_amount,
        monthly_amount

    from {{ ref('customer_holdings') }}

    union all

    select
        until_on as changed_on,
        judged_by,
        plan,
        segment,
        -customers as customers,
        -customer_amount as customer_amount,
        -monthly_amount as monthly_amount

    from {{ ref('customer_holdings') }}

    where until_on is not null

),

kinds as (

    select
        judged_by,
        plan,
        segment,
        min(changed_on) as first_changed_on

    from changes

    group by judged_by, plan, segment

),

days as (

    select period_start as date_day from {{ ref('period_edges') }}

    union

    select last_day as date_day from {{ ref('period_edges') }}

),

daily_changes as (

    select
        changed_on as date_day,
        judged_by,
        plan,
        segment,
        sum(customers) as customers,
        sum(customer_amount) as customer_amount,
        sum(monthly_amount) as monthly_amount

    from (

        select * from changes

        union all

        select
            days.date_day as changed_on,
            kinds.judged_by,
            kinds.plan,
            kinds.segment,
            0 as customers,
            0 as customer_amount,
            0 as monthly_amount

        from days
        cross join kinds

    ) as all_changes

    group by changed_on, judged_by, plan, segment

),

-- What the day before left, and what the day left.
standing as (

    select
        date_day,
        judged_by,
        plan,
        segment,
        sum(customers) over before_day as customers_before,
        sum(customer_amount) over before_day as customer_amount_before,
        sum(monthly_amount) over through_day as monthly_amount_after

    from daily_changes

    window
        before_day as (
            partition by judged_by, plan, segment
            order by date_day
            rows between unbounded preceding and 1 preceding
        ),
        through_day as (
            partition by judged_by, plan, segment
            order by date_day
            rows between unbounded preceding and current row
        )

),

readings as (

    select
        edges.period_grain,
        edges.period_start,
        standing.judged_by,
        standing.plan,
        standing.segment,
        standing.customers_before as customers_at_start,
        standing.customer_amount_before as amount_at_start,
        0 as customers_lost,
        0 as amount_lost,
        0 as amount_at_end

    from {{ ref('period_edges') }} as edges
    inner join standing
        on edges.period_start = standing.date_day

    union all

    select
        edges.period_grain,
        edges.period_start,
        standing.judged_by,
        standing.plan,
        standing.segment,
        0 as customers_at_start,
        0 as amount_at_start,
        0 as customers_lost,
        0 as amount_lost,
        standing.monthly_amount_after as amount_at_end

    from {{ ref('period_edges') }} as edges
    inner join standing
        on edges.last_day = standing.date_day

    union all

    select
        period_grain,
        period_start,
        judged_by,
        plan,
        segment,
        0 as customers_at_start,
        0 as amount_at_start,
        customers as customers_lost,
        customer_amount as amount_lost,
        0 as amount_at_end

    from {{ ref('customer_losses') }}

),

stocks as (

    select
        period_grain,
        period_start,
        judged_by,
        plan,
        segment,
        coalesce(sum(customers_at_start), 0) as customers_at_start,
        sum(customers_lost) as customers_lost,
        coalesce(sum(amount_at_start), 0) as amount_at_start,
        sum(amount_lost) as amount_lost,
        sum(amount_at_end) as amount_at_end

    from readings

    group by period_grain, period_start, judged_by, plan, segment

),

judged as (

    select
        stocks.*,
        edges.days_since_end,
        stocks.judged_by <> 'purchase' or edges.period_start >= history.customers_known_from as is_known,
        kinds.first_changed_on <= edges.last_day as has_begun

    from stocks
    cross join {{ ref('purchase_history') }} as history
    inner join kinds
        on
            stocks.judged_by = kinds.judged_by
            and stocks.plan = kinds.plan
            and stocks.segment = kinds.segment
    inner join {{ ref('period_edges') }} as edges
        on
            stocks.period_grain = edges.period_grain
            and stocks.period_start = edges.period_start

)

select
    period_grain,
    period_start,
    days_since_end,
    judged_by,
    plan,
    segment,
    case when is_known then cast(customers_at_start as bigint) end as customers_at_start,
    case when is_known then cast(customers_lost as bigint) end as customers_lost,
    {{ as_double('amount_at_start') }} as amount_at_start,
    {{ as_double('amount_lost') }} as amount_lost,
    {{ as_double('amount_at_end') }} as amount_at_end

from judged

where
    has_begun
    or not is_known
