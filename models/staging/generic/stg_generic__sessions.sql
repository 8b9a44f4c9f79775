with

sessions as (

    select
        'generic' as source,
        'generic__sessions' as export,
        session_id,
        visitor_id,
        email_hash,
        person_id,
        started_at,
        channel,
        traffic_source,
        medium,
        campaign,
        landing_page,
        content,
        page_views,
        engaged_seconds,
        is_engaged,
        is_converted

    from {{ source('generic', 'generic__sessions') }}

)

select * from sessions
