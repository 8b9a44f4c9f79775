with

visitors as (

    select
        'plausible' as source,
        'plausible__visitors' as export,
        _file as file,
        _row as line,
        session_on,
        -- Of no channel: without a tag it would be taken for direct.
        'unassigned' as channel,
        visits as sessions,
        bounces as bounced_sessions,
        case when bounce_rate is null then visit_seconds else visits * visit_seconds end as engaged_seconds,
        {{ absent('session_stats', ['traffic_source', 'medium', 'campaign', 'landing_page', 'conversions']) }}

    from {{ source('plausible', 'plausible__visitors') }}

)

select * from visitors
