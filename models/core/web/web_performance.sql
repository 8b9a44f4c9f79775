{#
    One row per tool, day, channel, traffic source, medium, campaign and landing page: additive counts of website sessions, of the one
    export that tells of the day; NULL = not measured.
#}

with

counts as (

    select
        source,
        started_on as session_on,
        channel,
        traffic_source,
        medium,
        campaign,
        landing_page,
        1 as sessions,
        case when is_bounced then 1 when not is_bounced then 0 end as bounced_sessions,
        engaged_seconds,
        case when is_converted then 1 when not is_converted then 0 end as converted_sessions

    from {{ ref('sessions') }}

    where is_counted

    union all

    select
        stats.source,
        stats.session_on,
        coalesce(stats.channel, traffic_channels.channel) as channel,
        stats.traffic_source,
        stats.medium,
        coalesce(names.campaign, stats.campaign) as campaign,
        stats.landing_page,
        stats.sessions,
        stats.bounced_sessions,
        stats.engaged_seconds,
        -- A report with more conversions than sessions anywhere counts events, not sessions that converted.
        case
            when max(case when stats.conversions > stats.sessions then 1 else 0 end) over (partition by stats.source, stats.export) = 0
                then stats.conversions
        end as converted_sessions

    from {{ ref('web_reports') }} as stats
    inner join {{ ref('web_days') }} as web_days
        on
            stats.session_on = web_days.session_on
            and stats.source = web_days.source
            and stats.export = web_days.export
            and web_days.is_counted
    left join {{ ref('campaign_names') }} as names
        on
            stats.source = names.source
            and stats.campaign = names.alias
    left join {{ ref('traffic_channels') }} as traffic_channels
        on
            -- A report without any origin does not split by it; its sessions need not be direct.
            case
                when coalesce(stats.traffic_source, stats.medium, stats.campaign) is not null then coalesce(stats.traffic_source, '')
            end = traffic_channels.traffic_source
            and coalesce(stats.medium, '') = traffic_channels.medium
            and coalesce(stats.campaign, '') = traffic_channels.campaign

)

select
    source,
    session_on,
    channel,
    traffic_source,
    medium,
    campaign,
    landing_page,
    cast(sum(sessions) as bigint) as sessions,
    cast(sum(bounced_sessions) as bigint) as bounced_sessions,
    {{ exact_sum('engaged_seconds') }} as engaged_seconds,
    cast(sum(converted_sessions) as bigint) as converted_sessions

from counts

group by
    source,
    session_on,
    channel,
    traffic_source,
    medium,
    campaign,
    landing_page,
    -- Counts that one row measures and another does not must not share a sum.
    case when bounced_sessions is null then 0 else 1 end,
    case when engaged_seconds is null then 0 else 1 end,
    case when converted_sessions is null then 0 else 1 end
