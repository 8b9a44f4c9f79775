{#
    One row per membership of a person in a tool's list, from one joining to the next leaving: overlapping reports of one person and
    list, and one that begins in the second another ends, are one membership.
#}

with

reports as (

    select
        source,
        list,
        person_key,
        export,
        subscribed_at,
        -- Of reports that begin in one second, one by address and one by id, say, a later one knows the end.
        coalesce(
            unsubscribed_at,
            max(unsubscribed_at) over (partition by source, list, person_key, subscribed_at),
            {{ far_future() }}
        ) as ends_at

    from {{ ref('membership_reports') }}

    where fault is null

),

merged as (

    {{ merged_spans(
        'reports',
        keys=['source', 'list', 'person_key'],
        starts='subscribed_at',
        ends='ends_at',
        also=['min(export) as export', 'count(*) as report_count'],
    ) | indent(4) }}

),

ended as (

    select
        *,
        nullif(ends_at, {{ far_future() }}) as unsubscribed_at

    from merged

)

select
    source,
    export,
    list,
    person_key,
    span_number as membership_number,
    subscribed_at,
    {{ local_date('subscribed_at') }} as subscribed_on,
    unsubscribed_at,
    {{ local_date('unsubscribed_at') }} as unsubscribed_on,
    report_count

from ended
