with

session_stats as (

    select
        'generic' as source,
        'generic__session_stats' as export,
        _file as file,
        _row as line,
        session_on,
        channel,
        traffic_source,
        medium,
        campaign,
        landing_page,
        sessions,
        bounced_sessions,
        engaged_seconds,
        conversions

    from {{ source('generic', 'generic__session_stats') }}

)

select * from session_stats
