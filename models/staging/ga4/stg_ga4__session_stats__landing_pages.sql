with

reports as (

    select
        *,
        lower(replace(channel_group, ' ', '_')) as channel_key

    from {{ source('ga4', 'ga4__landing_pages') }}

),

session_stats as (

    select
        'ga4' as source,
        'ga4__landing_pages' as export,
        reports._file as file,
        reports._row as line,
        reports.session_on,
        coalesce(traffic_sources.channel, reports.channel_key) as channel,
        nullif({{ dbt.split_part('reports.landing_page', "'?'", 1) }}, '(not set)') as landing_page,
        reports.sessions,
        reports.sessions - reports.engaged_sessions as bounced_sessions,
        reports.sessions * reports.average_engaged_seconds as engaged_seconds,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'conversions']) }}

    from reports
    left join {{ ref('traffic_sources') }} as traffic_sources
        on
            traffic_sources.source = 'ga4'
            and reports.channel_key = traffic_sources.traffic_source

)

select * from session_stats
