with

members_at_start as (

    select
        edges.period_grain,
        edges.period_start,
        edges.days_since_end,
        list_days.list,
        list_days.source,
        0 as numerator,
        list_days.opening as denominator

    from {{ ref('list_days') }} as list_days
    inner join {{ ref('period_bounds') }} as edges
        on list_days.date_day = edges.period_start

    where list_days.opening > 0

),

left_in_period as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        memberships.list,
        memberships.source,
        count(*) as numerator,
        0 as denominator

    from {{ ref('memberships') }} as memberships
    inner join {{ ref('periods') }} as periods
        on
            memberships.unsubscribed_on = periods.date_day
            and memberships.subscribed_on < periods.period_start

    group by periods.period_grain, periods.period_start, periods.days_since_end, memberships.list, memberships.source

),

-- Who is back at the period's end is not lost.
returns as (

    select
        ended.source,
        ended.list,
        ended.subscribed_on,
        ended.unsubscribed_on,
        later.subscribed_on as returned_on,
        coalesce(later.unsubscribed_on, {{ far_future() }}) as left_again_on

    from {{ ref('memberships') }} as ended
    inner join {{ ref('memberships') }} as later
        on
            ended.source = later.source
            and ended.list = later.list
            and ended.person_key = later.person_key
            and ended.membership_number < later.membership_number

    where
        ended.unsubscribed_on is not null
        and later.membership_number > 1

),

back_at_end as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        returns.list,
        returns.source,
        -count(*) as numerator,
        0 as denominator

    from returns
    inner join {{ ref('periods') }} as periods
        on
            returns.unsubscribed_on = periods.date_day
            and returns.subscribed_on < periods.period_start
            and returns.returned_on <= periods.period_end
            and returns.left_again_on > periods.period_end

    group by periods.period_grain, periods.period_start, periods.days_since_end, returns.list, returns.source

),

memberships as (

    select * from members_at_start

    union all

    select * from left_in_period

    union all

    select * from back_at_end

)

{{ kpi_rate('memberships', slices=['list', 'source'], by='period') }}
