{#
    One row per website session, of the export that measures its day (`is_counted`) or of the one whose sessions are its touches
    (`is_detail`): most often one and the same.
#}

with

reported as (

    select
        sessions.source,
        sessions.export,
        sessions.session_id,
        sessions.visitor_id,
        {{ person_key('sessions') }} as person_key,
        sessions.started_at,
        {{ local_date('sessions.started_at') }} as started_on,
        coalesce(sessions.channel, traffic_channels.channel) as channel,
        sessions.traffic_source,
        sessions.medium,
        sessions.campaign as campaign_id,
        coalesce(names.campaign, sessions.campaign) as campaign,
        sessions.landing_page,
        sessions.content,
        sessions.page_views,
        sessions.engaged_seconds,
        -- A tool that does not say so itself: GA4's bar of ten seconds, or a conversion.
        coalesce(sessions.is_engaged, sessions.is_converted or sessions.engaged_seconds >= 10) as is_engaged,
        sessions.is_converted

    from {{ ref('all_sessions') }} as sessions
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('sessions') }}
    left join {{ ref('campaign_names') }} as names
        on
            sessions.source = names.source
            and sessions.campaign = names.alias
    left join {{ ref('traffic_channels') }} as traffic_channels
        on
            coalesce(sessions.traffic_source, '') = traffic_channels.traffic_source
            and coalesce(sessions.medium, '') = traffic_channels.medium
            and coalesce(sessions.campaign, '') = traffic_channels.campaign

),

standing as (

    select
        reported.source,
        reported.export,
        reported.session_id,
        reported.visitor_id,
        reported.person_key,
        reported.started_at,
        reported.started_on,
        reported.channel,
        reported.traffic_source,
        reported.medium,
        reported.campaign_id,
        reported.campaign,
        reported.landing_page,
        reported.content,
        reported.page_views,
        reported.engaged_seconds,
        reported.is_engaged,
        case
            when reported.page_views > 1 or reported.is_engaged then false
            when reported.page_views = 1 or not reported.is_engaged then true
        end as is_bounced,
        reported.is_converted,
        web_days.is_counted,
        web_days.is_detail

    from reported
    inner join {{ ref('web_days') }} as web_days
        on
            reported.started_on = web_days.session_on
            and reported.source = web_days.source
            and reported.export = web_days.export
            and (web_days.is_counted or web_days.is_detail)

),

-- Of a visitor's sessions with touches, the next in which the visitor is known.
numbered as (

    select
        source,
        export,
        session_id,
        visitor_id,
        person_key,
        row_number() over (
            partition by source, visitor_id
            order by started_at, session_id
        ) as visit_number

    from standing

    where
        visitor_id is not null
        and is_detail

),

logged_in as (

    select
        *,
        min(case when person_key is not null then visit_number end) over (
            partition by source, visitor_id
            order by visit_number
            rows between current row and unbounded following
        ) as known_number

    from numbered

)

select
    standing.*,
    coalesce(
        standing.person_key,
        case when {{ var('recognize_visitors') | lower }} then next_known.person_key end
    ) as recognized_person_key

from standing
left join logged_in
    on
        standing.source = logged_in.source
        and standing.export = logged_in.export
        and standing.session_id = logged_in.session_id
left join numbered as next_known
    on
        logged_in.source = next_known.source
        and logged_in.visitor_id = next_known.visitor_id
        and logged_in.known_number = next_known.visit_number
