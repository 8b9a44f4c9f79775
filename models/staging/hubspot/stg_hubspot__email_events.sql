with

valid_events as (

    select
        *,
        upper(event_type) as kind

    from {{ source('hubspot', 'hubspot__email_events') }}

    where obsoleted_by_id is null

),

dropped_sends as (

    select sent_by_id as event_id

    from valid_events

    -- A dropped message that was never sent voids nothing.
    where kind = 'DROPPED' and sent_by_id is not null

    group by sent_by_id

),

categories as (

    select
        category,
        bounce_type

    from {{ ref('bounce_categories') }}

    -- Of the lookup of all tools.
    where source = 'hubspot'

),

events as (

    select
        events.event_id,
        case events.kind
            when 'SENT' then 'sent'
            when 'DELIVERED' then 'delivered'
            when 'BOUNCE' then 'bounced'
            when 'OPEN' then 'opened'
            when 'CLICK' then 'clicked'
            when 'SPAMREPORT' then 'complained'
            when 'STATUSCHANGE' then 'unsubscribed'
        end as event_type,
        case
            when events.kind = 'SENT' then events.event_id
            else coalesce(events.sent_by_id, causes.sent_by_id)
        end as message_id,
        events.email_hash,
        events.campaign_id,
        events.subject,
        events.occurred_at,
        case
            when events.kind <> 'BOUNCE' then null
            when categories.bounce_type is not null then categories.bounce_type
            when events.status like '5%' then 'hard'
            when events.status like '4%' then 'soft'
        end as bounce_type,
        case when events.kind in ('OPEN', 'CLICK') then events.is_filtered end as is_machine

    from valid_events as events
    left join {{ source('hubspot', 'hubspot__email_events') }} as causes
        on events.caused_by_id = causes.event_id
    left join categories
        on upper(events.category) = categories.category

    where events.kind <> 'STATUSCHANGE' or upper(events.subscription_status) = 'UNSUBSCRIBED'

)

select
    'hubspot' as source,
    'hubspot__email_events' as export,
    events.event_id,
    events.event_type,
    events.message_id,
    events.email_hash,
    'email' as channel,
    events.campaign_id,
    events.subject,
    events.occurred_at,
    events.bounce_type,
    events.is_machine,
    {{ absent('email_events', ['person_id', 'segment', 'variant', 'is_personalized', 'unmeasured']) }}

from events
left join dropped_sends
    on events.message_id = dropped_sends.event_id

where
    events.event_type is not null
    and events.message_id is not null
    and dropped_sends.event_id is null
