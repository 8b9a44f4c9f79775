{#
    One row per period, way of judging, plan and segment that lost customers: those there at the period's start and not at its end, and
    the monthly amounts they held at its start. Somebody lost and back by the end is not lost; plan and segment are those at the start.
#}

with

-- Holdings that end alike are joined to their periods at once.
endings as (

    select
        judged_by,
        plan,
        segment,
        from_on,
        until_on,
        lost_on,
        sum(customers) as customers,
        sum(customer_amount) as customer_amount

    from {{ ref('customer_holdings') }}

    where lost_on is not null

    group by judged_by, plan, segment, from_on, until_on, lost_on

),

changes as (

    select
        periods.period_grain,
        periods.period_start,
        endings.judged_by,
        endings.plan,
        endings.segment,
        endings.customers,
        endings.customer_amount

    from endings
    inner join {{ ref('periods') }} as periods
        on
            endings.lost_on = periods.date_day
            and endings.from_on < periods.period_start
            and endings.until_on >= periods.period_start

    union all

    select
        periods.period_grain,
        periods.period_start,
        holdings.judged_by,
        holdings.plan,
        holdings.segment,
        -holdings.customers as customers,
        -holdings.customer_amount as customer_amount

    from {{ ref('customer_holdings') }} as holdings
    inner join {{ ref('customer_spans') }} as returns
        on
            holdings.person_key = returns.person_key
            and holdings.lost_on < returns.from_on
    inner join {{ ref('periods') }} as periods
        on
            holdings.lost_on = periods.date_day
            and holdings.from_on < periods.period_start
            and holdings.until_on >= periods.period_start
    inner join {{ ref('period_edges') }} as edges
        on
            periods.period_grain = edges.period_grain
            and periods.period_start = edges.period_start
            and returns.from_on <= edges.last_day
            and (returns.until_on is null or returns.until_on > edges.last_day)

)

select
    period_grain,
    period_start,
    judged_by,
    plan,
    segment,
    cast(sum(customers) as bigint) as customers,
    cast(sum(customer_amount) as decimal(28, 10)) as customer_amount

from changes

group by period_grain, period_start, judged_by, plan, segment
