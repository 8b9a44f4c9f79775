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
    inner join {{ ref('period_edges') }} as edges
        on list_days.date_day = edges.period_start

    where list_days.opening > 0

),

ended_in_period as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.days_since_end,
        memberships.list,
        memberships.source,
        memberships.person_key,
        memberships.membership_number

    from {{ ref('memberships') }} as memberships
    inner join {{ ref('periods') }} as periods
        on
            memberships.unsubscribed_on = periods.date_day
            and memberships.subscribed_on < periods.period_start

),

-- Who has come back by the period's end is not lost.
lost_by_end as (

    select
        ended.period_grain,
        ended.period_start,
        ended.days_since_end,
        ended.list,
        ended.source,
        1 as numerator,
        0 as denominator

    from ended_in_period as ended
    left join {{ ref('memberships') }} as later
        on
            ended.source = later.source
            and ended.list = later.list
            and ended.person_key = later.person_key
            and ended.membership_number < later.membership_number
            and ended.period_end >= later.subscribed_on
            and (later.unsubscribed_on is null or ended.period_end < later.unsubscribed_on)

    where later.person_key is null

),

memberships as (

    select * from members_at_start

    union all

    select * from lost_by_end

)

{{ kpi_rate('memberships', slices=['list', 'source'], by='period') }}
