{#
    One row per list, and for all lists together, and day: at the day's end, the people who have been members for at least
    `inactive_days` and how many of them opened or clicked no message in as many days. Built from daily changes, not from people by days.
#}

with

-- Since when reactions are known: of a list's own tool; of any tool where its own sends nothing; never where its own only reports sums.
measured_tools as (

    select
        source,
        {{ local_date('min(occurred_at)') }} as measured_from

    from {{ ref('email_activity') }}

    -- A tool that measures neither opens nor clicks says nothing of who is inactive.
    where
        ' ' || coalesce(unmeasured, '') || ' ' not like '% opens %'
        or ' ' || coalesce(unmeasured, '') || ' ' not like '% clicks %'

    group by source

),

any_tool as (

    select min(measured_from) as measured_from from measured_tools

),

reporting_tools as (

    select source from {{ ref('email_reports') }}

    group by source

),

memberships as (

    select
        memberships.list,
        memberships.person_key,
        greatest(
            {{ days_after('memberships.subscribed_on', var('inactive_days')) }},
            {{ days_after('coalesce(measured_tools.measured_from, any_tool.measured_from)', var('inactive_days') - 1) }}
        ) as counts_from,
        coalesce(memberships.unsubscribed_on, {{ days_after('run.as_of', 1) }}) as counts_until

    from {{ ref('memberships') }} as memberships
    cross join {{ source('raw', '_run') }} as run
    cross join any_tool
    left join measured_tools
        on memberships.source = measured_tools.source
    left join reporting_tools
        on memberships.source = reporting_tools.source

    where
        measured_tools.source is not null
        or (reporting_tools.source is null and any_tool.measured_from is not null)

),

scoped as (

    select
        'all' as dimension,
        'all' as dimension_value,
        person_key,
        counts_from,
        counts_until

    from memberships

    where counts_from < counts_until

    union all

    select
        'list' as dimension,
        list as dimension_value,
        person_key,
        counts_from,
        counts_until

    from memberships

    where counts_from < counts_until

),

-- A person counts once, however many memberships the person has.
member_spans as (

    {{ merged_spans(
        'scoped',
        keys=['dimension', 'dimension_value', 'person_key'],
        starts='counts_from',
        ends='counts_until',
    ) | indent(4) }}

),

reaction_days as (

    select
        person_key,
        {{ local_date('occurred_at') }} as active_from

    from {{ ref('email_activity') }}

    where
        event_type in ('opened', 'clicked')
        and not is_machine
        and person_key is not null

    group by person_key, {{ local_date('occurred_at') }}

),

-- A reaction makes its person active for `inactive_days`.
reactions as (

    select
        person_key,
        active_from,
        {{ days_after('active_from', var('inactive_days')) }} as active_until

    from reaction_days

),

active_spans as (

    {{ merged_spans('reactions', keys=['person_key'], starts='active_from', ends='active_until') | indent(4) }}

),

active_member_spans as (

    select
        member_spans.dimension,
        member_spans.dimension_value,
        greatest(member_spans.counts_from, active_spans.active_from) as counts_from,
        least(member_spans.counts_until, active_spans.active_until) as counts_until

    from member_spans
    inner join active_spans
        on
            member_spans.person_key = active_spans.person_key
            and member_spans.counts_from < active_spans.active_until
            and member_spans.counts_until > active_spans.active_from

),

changes as (
    {% for spans, day, members, active_members in [
        ('member_spans', 'counts_from', 1, 0),
        ('member_spans', 'counts_until', -1, 0),
        ('active_member_spans', 'counts_from', 0, 1),
        ('active_member_spans', 'counts_until', 0, -1),
    ] %}
    select
        dimension,
        dimension_value,
        {{ day }} as date_day,
        {{ members }} as members,
        {{ active_members }} as active_members

    from {{ spans }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

changes_by_day as (

    select
        dimension,
        dimension_value,
        date_day,
        sum(members) as members,
        sum(active_members) as active_members

    from changes

    group by dimension, dimension_value, date_day

),

lists as (

    select
        dimension,
        dimension_value,
        min(date_day) as first_day

    from changes_by_day

    group by dimension, dimension_value

),

days as (

    select
        lists.dimension,
        lists.dimension_value,
        days.date_day,
        sum(coalesce(changes_by_day.members, 0)) over (
            partition by lists.dimension, lists.dimension_value
            order by days.date_day
            rows between unbounded preceding and current row
        ) as members,
        sum(coalesce(changes_by_day.active_members, 0)) over (
            partition by lists.dimension, lists.dimension_value
            order by days.date_day
            rows between unbounded preceding and current row
        ) as active_members

    from lists
    inner join {{ ref('periods') }} as days
        on
            days.period_grain = 'day'
            and lists.first_day <= days.date_day
    left join changes_by_day
        on
            lists.dimension = changes_by_day.dimension
            and lists.dimension_value = changes_by_day.dimension_value
            and days.date_day = changes_by_day.date_day

)

select
    dimension,
    dimension_value,
    date_day,
    cast(members as bigint) as members,
    cast(members - active_members as bigint) as inactive_members

from days

where members > 0
