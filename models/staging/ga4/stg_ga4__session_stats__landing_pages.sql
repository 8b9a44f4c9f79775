with

reports as (

    select
        *,
        sessions - engaged_sessions as bounced_sessions,
        sessions * average_engaged_seconds as engaged_seconds

    from {{ source('ga4', 'ga4__landing_pages') }}

),

told_days as (

    {{ days_of_ranges(
        'reports', 'session_on', 'last_on', of=['landing_page', 'channel_group', 'host', 'country', 'device'],
        measures=['sessions', 'engaged_sessions', 'bounced_sessions', 'engaged_seconds'], else_as='sessions'
    ) }}

),

days as (

    select
        *,
        lower(replace(channel_group, ' ', '_')) as channel_key,
        -- Engaged sessions and bounces are split over the days of a range each, so that their sum never falls below one of them.
        coalesce(
            {{ count_of_day('engaged_sessions') }} + {{ count_of_day('bounced_sessions') }},
            {{ count_of_day('sessions') }}
        ) as sessions_of_day,
        {{ count_of_day('bounced_sessions') }} as bounced_sessions_of_day,
        engaged_seconds * engaged_seconds_share as engaged_seconds_of_day

    from told_days

),

session_stats as (

    select
        'ga4' as source,
        'ga4__landing_pages' as export,
        days._file as file,
        days._row as line,
        days.told_on as session_on,
        coalesce(traffic_sources.channel, days.channel_key) as channel,
        nullif({{ dbt.split_part('days.landing_page', "'?'", 1) }}, '(not set)') as landing_page,
        days.sessions_of_day as sessions,
        days.bounced_sessions_of_day as bounced_sessions,
        days.engaged_seconds_of_day as engaged_seconds,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'conversions']) }}

    from days
    left join {{ ref('traffic_sources') }} as traffic_sources
        on
            traffic_sources.source = 'ga4'
            and days.channel_key = traffic_sources.traffic_source

)

select * from session_stats
