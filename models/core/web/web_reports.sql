{#
    One row per line of a report of website sessions. What contradicts itself is NULL and named in `fault`; without a possible count of
    sessions nothing of the line is known.
#}

with

judged as (

    select
        stats.*,
        case when stats.sessions >= 0 then 0 else 1 end as has_no_base,
        case when stats.bounced_sessions < 0 or stats.bounced_sessions > stats.sessions then 1 else 0 end as has_odd_bounces,
        case when stats.engaged_seconds < 0 then 1 else 0 end as has_odd_seconds,
        case when stats.conversions < 0 then 1 else 0 end as has_odd_conversions

    from {{ ref('all_session_stats') }} as stats
    inner join {{ source('raw', '_run') }} as run
        on stats.session_on <= run.as_of

)

select
    source,
    export,
    file,
    line,
    session_on,
    channel,
    traffic_source,
    medium,
    campaign,
    landing_page,
    case when has_no_base = 0 then sessions end as sessions,
    case when has_no_base + has_odd_bounces = 0 then bounced_sessions end as bounced_sessions,
    case when has_no_base + has_odd_seconds = 0 then engaged_seconds end as engaged_seconds,
    case when has_no_base + has_odd_conversions = 0 then conversions end as conversions,
    {{ faults_of({
        'negative sessions': 'sessions < 0',
        'more bounced sessions than sessions or fewer than none': 'has_odd_bounces = 1',
        'negative seconds': 'has_odd_seconds = 1',
        'negative conversions': 'has_odd_conversions = 1',
    }) | indent(4) }} as fault

from judged
