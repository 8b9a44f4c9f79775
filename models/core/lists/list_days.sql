{# One row per tool, list and day on which it has members: how many before the day began, how many joined and how many left on it. #}

with

lists as (

    select
        source,
        list,
        min(subscribed_on) as first_day

    from {{ ref('memberships') }}

    group by source, list

),

changes as (

    select
        source,
        list,
        subscribed_on as date_day,
        1 as joined,
        0 as ended

    from {{ ref('memberships') }}

    union all

    select
        source,
        list,
        unsubscribed_on as date_day,
        0 as joined,
        1 as ended

    from {{ ref('memberships') }}

    where unsubscribed_on is not null

),

changes_by_day as (

    select
        source,
        list,
        date_day,
        sum(joined) as joined,
        sum(ended) as ended

    from changes

    group by source, list, date_day

),

days as (

    select
        lists.source,
        lists.list,
        days.date_day,
        coalesce(changes_by_day.joined, 0) as joined,
        coalesce(changes_by_day.ended, 0) as ended

    from lists
    inner join {{ ref('periods') }} as days
        on
            days.period_grain = 'day'
            and lists.first_day <= days.date_day
    left join changes_by_day
        on
            lists.source = changes_by_day.source
            and lists.list = changes_by_day.list
            and days.date_day = changes_by_day.date_day

),

opened as (

    select
        *,
        coalesce(
            sum(joined - ended) over (
                partition by source, list
                order by date_day
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as opening

    from days

)

select
    source,
    list,
    date_day,
    cast(opening as bigint) as opening,
    cast(joined as bigint) as joined,
    cast(ended as bigint) as ended

from opened

where opening + joined > 0
