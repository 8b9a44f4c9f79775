with

channels as (

    select
        'matomo' as source,
        'matomo__channels' as export,
        reports._file as file,
        reports._row as line,
        reports.session_on,
        coalesce(traffic_sources.channel, lower(replace(reports.channel_type, ' ', '_'))) as channel,
        reports.visits as sessions,
        reports.bounces as bounced_sessions,
        reports.visit_seconds as engaged_seconds,
        reports.conversions,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'landing_page']) }}

    from {{ source('matomo', 'matomo__channels') }} as reports
    left join {{ ref('traffic_sources') }} as traffic_sources
        on
            traffic_sources.source = 'matomo'
            and lower(replace(reports.channel_type, ' ', '_')) = traffic_sources.traffic_source

    where reports.visits is not null

)

select * from channels
