with

events as (

    select
        *,
        case lower(event)
            when 'delivered' then 'delivered'
            when 'hard_bounce' then 'bounced'
            when 'soft_bounce' then 'bounced'
            when 'opened' then 'opened'
            when 'click' then 'clicked'
            when 'unsubscribe' then 'unsubscribed'
            when 'unsubscribed' then 'unsubscribed'
            when 'spam' then 'complained'
        end as event_type,
        campaign_id || ':' || email_hash as message_id

    from {{ source('brevo', 'brevo__marketing_events') }}

)

select
    'brevo' as source,
    'brevo__marketing_events' as export,
    events.message_id || ':' || events.event || ':' || {{ dbt.cast('events.occurred_at', 'string') }} as event_id,
    events.event_type,
    events.message_id,
    events.email_hash,
    'email' as channel,
    events.campaign_id,
    events.occurred_at,
    case lower(events.event) when 'hard_bounce' then 'hard' when 'soft_bounce' then 'soft' end as bounce_type,
    {{ absent('email_events', [
        'person_id', 'segment', 'subject', 'variant', 'is_personalized', 'is_machine', 'unmeasured',
    ]) }}

from events
-- The recipients tell of the same message in full, and of machines.
left join {{ source('brevo', 'brevo__recipients') }} as recipients
    on
        events.campaign_id = recipients.campaign_id
        and events.email_hash = recipients.email_hash

where
    events.event_type is not null
    and events.message_id is not null
    and recipients.campaign_id is null
