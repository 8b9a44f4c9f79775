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

stocks as (

    select
        edges.period_grain,
        edges.period_start,
        edges.days_since_end,
        kinds.judged_by,
        kinds.plan,
        kinds.segment,
        kinds.judged_by <> 'purchase' or edges.period_start >= history.customers_known_from as is_known,
        kinds.first_changed_on <= edges.last_day as has_begun,
        coalesce(starts.customers_before, 0) as customers_at_start,
        coalesce(lost.customers, 0) as customers_lost,
        coalesce(starts.customer_amount_before, 0) as amount_at_start,
        coalesce(lost.customer_amount, 0) as amount_lost,
        ends.monthly_amount_after as amount_at_end

    from {{ ref('period_edges') }} as edges
    cross join kinds
    cross join {{ ref('purchase_history') }} as history
    inner join standing as starts
        on
            edges.period_start = starts.date_day
            and kinds.judged_by = starts.judged_by
            and kinds.plan = starts.plan
            and kinds.segment = starts.segment
    inner join standing as ends
        on
            edges.last_day = ends.date_day
            and kinds.judged_by = ends.judged_by
            and kinds.plan = ends.plan
            and kinds.segment = ends.segment
    left join {{ ref('customer_losses') }} as lost
        on
            edges.period_grain = lost.period_grain
            and edges.period_start = lost.period_start
            and kinds.judged_by = lost.judged_by
            and kinds.plan = lost.plan
            and kinds.segment = lost.segment

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

from stocks

where
    has_begun
    or not is_known
