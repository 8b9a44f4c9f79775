{#
    One row per touch of a known person by as_of: a click in a message, a session, a touch that a tool tells of; never an open.
    Clicks in one message within 30 minutes are one touch; a session within 30 minutes after a click of its own campaign is that click;
    the same person, channel, campaign and second told by two tools is one touch.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

clicks as (

    select
        activity.source,
        activity.message_id,
        coalesce(activity.person_key, messages.person_key) as person_key,
        coalesce(messages.channel, activity.channel, 'email') as channel,
        coalesce(messages.campaign_id, activity.campaign_id) as campaign_id,
        coalesce(messages.campaign, names.campaign, activity.campaign_id) as campaign,
        activity.occurred_at,
        row_number() over (
            partition by activity.source, activity.message_id
            order by activity.occurred_at
        ) as click_number,
        lag(activity.occurred_at) over (
            partition by activity.source, activity.message_id
            order by activity.occurred_at
        ) as previous_click_at

    from {{ ref('email_activity') }} as activity
    left join {{ ref('email_messages') }} as messages
        on
            activity.source = messages.source
            and activity.message_id = messages.message_id
    left join {{ ref('campaign_names') }} as names
        on
            activity.source = names.source
            and activity.campaign_id = names.alias

    where
        activity.event_type = 'clicked'
        and not activity.is_machine

),

told as (

    select
        touchpoints.source,
        touchpoints.touch_id,
        {{ person_key('touchpoints') }} as person_key,
        touchpoints.channel,
        touchpoints.campaign as campaign_id,
        coalesce(names.campaign, touchpoints.campaign) as campaign,
        touchpoints.journey,
        touchpoints.touched_at

    from {{ ref('all_touchpoints') }} as touchpoints
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('touchpoints') }}
    left join {{ ref('campaign_names') }} as names
        on
            touchpoints.source = names.source
            and touchpoints.campaign = names.alias

),

touches as (

    select
        'click' as touch_type,
        source,
        message_id || ':' || {{ dbt.cast('click_number', 'string') }} as touch_id,
        person_key,
        occurred_at as touched_at,
        channel,
        campaign_id,
        campaign,
        {{ dbt.cast('null', 'string') }} as journey

    from clicks

    where
        previous_click_at is null
        or occurred_at > {{ dbt.dateadd('minute', 30, 'previous_click_at') }}

    union all

    select
        'session' as touch_type,
        sessions.source,
        sessions.session_id as touch_id,
        sessions.recognized_person_key as person_key,
        sessions.started_at as touched_at,
        sessions.channel,
        sessions.campaign_id,
        sessions.campaign,
        {{ dbt.cast('null', 'string') }} as journey

    from {{ ref('sessions') }} as sessions

    where
        sessions.is_detail
        and not exists (
            select 1

            from clicks

            where
                clicks.person_key = sessions.recognized_person_key
                and clicks.campaign = sessions.campaign
                and clicks.occurred_at <= sessions.started_at
                and {{ dbt.dateadd('minute', 30, 'clicks.occurred_at') }} >= sessions.started_at
        )

    union all

    select
        'touchpoint' as touch_type,
        source,
        touch_id,
        person_key,
        touched_at,
        channel,
        campaign_id,
        campaign,
        journey

    from told

),

known as (

    select
        touches.touch_type,
        touches.source,
        touches.touch_id,
        touches.person_key,
        touches.touched_at,
        coalesce(touches.channel, 'unassigned') as channel,
        touches.campaign_id,
        touches.campaign,
        touches.journey,
        dense_rank() over (
            partition by
                touches.person_key, coalesce(touches.channel, 'unassigned'), touches.campaign,
                {{ dbt.date_trunc('second', 'touches.touched_at') }}
            order by touches.touch_type, touches.source
        ) as teller

    from touches
    inner join run
        on {{ local_date('touches.touched_at') }} <= run.as_of

    where touches.person_key is not null

)

select
    known.touch_type || ':' || known.source || ':' || known.touch_id as touch_id,
    known.touch_type,
    known.source,
    known.person_key,
    known.touched_at,
    known.channel,
    known.campaign,
    coalesce(known.journey, campaigns.journey) as journey,
    coalesce(channels.is_marketing, false) as is_marketing,
    coalesce(campaigns.campaign_type = 'automated', false)
    or coalesce(known.journey, campaigns.journey) is not null as is_automated

from known
left join {{ ref('campaigns') }} as campaigns
    on
        known.source = campaigns.source
        and known.campaign_id = campaigns.alias
left join {{ ref('channels') }} as channels
    on known.channel = channels.channel

where known.teller = 1
