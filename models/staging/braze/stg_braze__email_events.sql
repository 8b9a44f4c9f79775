with

typed as (

    select
        *,
        replace(lower(event_type), '_', '.') as type,
        max(case when machine_open is not null then 1 else 0 end) over () as tells_machines

    from {{ source('braze', 'braze__events') }}

),

events as (

    select
        *,
        case type
            when 'users.messages.email.send' then 'sent'
            when 'users.messages.email.delivery' then 'delivered'
            when 'users.messages.email.bounce' then 'bounced'
            when 'users.messages.email.softbounce' then 'bounced'
            when 'users.messages.email.open' then 'opened'
            when 'users.messages.email.click' then 'clicked'
            when 'users.messages.email.unsubscribe' then 'unsubscribed'
            when 'users.messages.email.markasspam' then 'complained'
            when 'users.messages.sms.send' then 'sent'
            when 'users.messages.sms.delivery' then 'delivered'
            when 'users.messages.sms.deliveryfailure' then 'bounced'
            when 'users.messages.sms.rejection' then 'bounced'
            when 'users.messages.sms.shortlinkclick' then 'clicked'
        end as kind,
        case when type like 'users.messages.sms.%' then 'sms' else 'email' end as channel,
        user_id || ':' || coalesce(dispatch_id, send_id, campaign_id, canvas_step_id, canvas_id) as message_id

    from typed

),

dropped as (

    select message_id from events

    where is_drop

    group by message_id

)

select
    'braze' as source,
    'braze__events' as export,
    events.event_id,
    events.kind as event_type,
    events.message_id,
    events.email_hash,
    coalesce(events.external_user_id, events.user_id) as person_id,
    events.channel,
    coalesce(events.campaign_id, events.canvas_step_id, events.canvas_id) as campaign_id,
    coalesce(events.variation_name, events.variation_id) as variant,
    events.occurred_at,
    case
        when events.type = 'users.messages.email.bounce' then 'hard'
        when events.type = 'users.messages.email.softbounce' then 'soft'
    end as bounce_type,
    case
        when events.kind = 'opened' and events.tells_machines = 1
            then lower(coalesce(events.machine_open, 'false')) not in ('false', '0')
        when events.kind = 'clicked' then events.is_bot_click
    end as is_machine,
    case when events.tells_machines = 0 then 'machine_opens' end as unmeasured,
    {{ absent('email_events', ['segment', 'subject', 'is_personalized']) }}

from events
left join dropped
    on events.message_id = dropped.message_id

where
    events.kind is not null
    and events.message_id is not null
    and dropped.message_id is null
