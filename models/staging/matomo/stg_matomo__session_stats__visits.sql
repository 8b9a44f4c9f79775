with

visits as (

    select
        'matomo' as source,
        'matomo__visits' as export,
        _file as file,
        _row as line,
        session_on,
        -- Of no channel: without a tag it would be taken for direct.
        'unassigned' as channel,
        visits as sessions,
        bounces as bounced_sessions,
        visit_seconds as engaged_seconds,
        conversions,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'landing_page']) }}

    from {{ source('matomo', 'matomo__visits') }}

    where visits is not null

)

select * from visits
