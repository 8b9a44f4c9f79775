with

reports as (

    select
        *,
        case when bounce_rate is null then visit_seconds else visits * visit_seconds end as engaged_seconds

    from {{ source('plausible', 'plausible__visitors') }}

),

days as (

    {{ days_of_ranges(
        'reports', 'session_on', 'last_on', of=[], measures=['visits', 'bounces', 'engaged_seconds'], else_as='visits'
    ) }}

),

visitors as (

    select
        'plausible' as source,
        'plausible__visitors' as export,
        _file as file,
        _row as line,
        told_on as session_on,
        -- Of no channel: without a tag it would be taken for direct.
        'unassigned' as channel,
        {{ count_of_day('visits') }} as sessions,
        {{ count_of_day('bounces') }} as bounced_sessions,
        engaged_seconds * engaged_seconds_share as engaged_seconds,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'landing_page', 'conversions']) }}

    from days

)

select * from visitors
