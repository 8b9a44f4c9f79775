{# A table: what reads it would group the events once more each time. #}
{{ config(materialized='table') }}
{% set key_events = "'" ~ var('ga4_key_events') | join("', '") ~ "'" %}

with

events as (

    select
        visitor_id || '.' || session_number as session_id,
        visitor_id,
        user_id,
        event_name,
        occurred_at,
        coalesce(batch_page_id, 0) as page_number,
        coalesce(batch_ordering_id, 0) as batch_number,
        coalesce(batch_event_index, 0) as event_number,
        is_engaged,
        engaged_milliseconds,
        {{ dbt.split_part(dbt.split_part('page_location', "'#'", 1), "'?'", 1) }} as page_location,
        channel_group,
        cross_channel_source,
        cross_channel_medium,
        cross_channel_campaign,
        google_ads_campaign,
        manual_source,
        manual_medium,
        manual_campaign,
        collected_source,
        collected_medium,
        collected_campaign,
        param_source,
        param_medium,
        param_campaign,
        -- Which record tells of the session's origin, the best first.
        case
            when cross_channel_source is not null then 1
            when google_ads_campaign is not null then 2
            when manual_source is not null then 3
            when collected_gclid is not null then 4
            when collected_source is not null then 5
            when param_source is not null then 6
        end as origin

    from {{ source('ga4', 'ga4__events') }}

    where visitor_id is not null and session_number is not null

),

sessions as (

    select
        session_id,
        max(visitor_id) as visitor_id,
        max(user_id) as user_id,
        min(occurred_at) as started_at,
        cast(sum(case when event_name in ('page_view', 'screen_view') then 1 else 0 end) as bigint) as page_views,
        coalesce(sum(engaged_milliseconds), 0) as engaged_milliseconds,
        max(case when is_engaged then 1 when not is_engaged then 0 end) as is_engaged,
        max(case when event_name in ({{ key_events }}) then 1 else 0 end) as is_converted

    from events

    group by session_id

),

pages as (

    select
        session_id,
        page_location,
        {{ dbt.split_part('page_location', "'/'", 3) }} as host,
        row_number() over (
            partition by session_id
            order by occurred_at, page_number, batch_number, event_number, page_location
        ) as place

    from events

    -- The first page of a session; events without one are its as well.
    where page_location is not null

),

origins as (

    select
        session_id,
        case when origin = 1 then channel_group end as channel_group,
        case
            when origin = 1 then cross_channel_source
            when origin in (2, 4) then 'google'
            when origin = 3 then manual_source
            when origin = 5 then collected_source
            when origin = 6 then param_source
        end as traffic_source,
        case
            when origin = 1 then cross_channel_medium
            when origin in (2, 4) then 'cpc'
            when origin = 3 then manual_medium
            when origin = 5 then collected_medium
            when origin = 6 then param_medium
        end as medium,
        case
            when origin = 1 then cross_channel_campaign
            when origin = 2 then google_ads_campaign
            when origin = 3 then manual_campaign
            when origin in (4, 5) then collected_campaign
            when origin = 6 then param_campaign
        end as campaign,
        row_number() over (
            partition by session_id
            order by origin, occurred_at, page_number, batch_number, event_number, param_source
        ) as place

    from events

    -- The first origin of a session; events without one are its as well.
    where origin is not null

)

select
    'ga4' as source,
    'ga4__events' as export,
    sessions.session_id,
    sessions.visitor_id,
    sessions.user_id as person_id,
    sessions.started_at,
    coalesce(traffic_sources.channel, lower(replace(origins.channel_group, ' ', '_'))) as channel,
    origins.traffic_source,
    origins.medium,
    case when origins.campaign not in ('(not set)', '(none)', '(direct)', '(organic)', '(referral)') then origins.campaign end as campaign,
    case
        when pages.page_location not like '%://%' then pages.page_location
        when pages.page_location like '%://' || pages.host then '/'
        else replace(pages.page_location, {{ dbt.split_part('pages.page_location', "'/'", 1) }} || '//' || pages.host, '')
    end as landing_page,
    sessions.page_views,
    {{ as_double('sessions.engaged_milliseconds') }} / 1000 as engaged_seconds,
    sessions.is_engaged = 1 as is_engaged,
    sessions.is_converted = 1 as is_converted,
    {{ absent('sessions', ['email_hash', 'content']) }}

from sessions
left join pages
    on
        sessions.session_id = pages.session_id
        and pages.place = 1
left join origins
    on
        sessions.session_id = origins.session_id
        and origins.place = 1
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'ga4'
        and lower(replace(origins.channel_group, ' ', '_')) = traffic_sources.traffic_source
