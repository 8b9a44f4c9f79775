with

sources as (

    select
        'plausible' as source,
        'plausible__sources' as export,
        _file as file,
        _row as line,
        session_on,
        coalesce(utm_source, traffic_source, referrer) as traffic_source,
        case
            when utm_medium in ('(gclid)', '(msclkid)') then 'cpc'
            when utm_medium is null and utm_source is null and coalesce(traffic_source, referrer) is not null then 'referral'
            else utm_medium
        end as medium,
        campaign,
        visits as sessions,
        bounces as bounced_sessions,
        visit_seconds as engaged_seconds,
        {{ absent('session_stats', ['channel', 'landing_page', 'conversions']) }}

    from {{ source('plausible', 'plausible__sources') }}

)

select * from sources
