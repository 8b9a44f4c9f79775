with

events as (

    select
        *,
        case metric
            when 'sent' then 'sent'
            when 'delivered' then 'delivered'
            when 'bounced' then 'bounced'
            when 'opened' then 'opened'
            when 'human_opened' then 'opened'
            when 'clicked' then 'clicked'
            when 'human_clicked' then 'clicked'
            when 'unsubscribed' then 'unsubscribed'
            when 'spammed' then 'complained'
        end as event_type,
        max(case when metric in ('human_opened', 'human_clicked') then 1 else 0 end) over () as tells_machines

    from {{ source('customerio', 'customerio__metrics') }}

),

dropped as (

    select delivery_id from events

    where metric = 'dropped'

    group by delivery_id

)

select
    'customerio' as source,
    'customerio__metrics' as export,
    events.event_id,
    events.event_type,
    events.delivery_id as message_id,
    deliveries.person_id,
    case when deliveries.delivery_type in ('sms', 'twilio') then 'sms' else 'email' end as channel,
    coalesce(
        'campaign ' || deliveries.campaign_id,
        'newsletter ' || deliveries.newsletter_id,
        'transactional ' || deliveries.transactional_message_id
    ) as campaign_id,
    deliveries.content_id as variant,
    events.occurred_at,
    case
        when events.event_type in ('opened', 'clicked') and events.tells_machines = 1
            then events.metric in ('opened', 'clicked')
    end as is_machine,
    case when events.tells_machines = 1 then 'bounce_types' else 'bounce_types machine_opens' end as unmeasured,
    {{ absent('email_events', ['email_hash', 'segment', 'subject', 'is_personalized', 'bounce_type']) }}

from events
left join {{ source('customerio', 'customerio__deliveries') }} as deliveries
    on events.delivery_id = deliveries.delivery_id
left join dropped
    on events.delivery_id = dropped.delivery_id

where
    events.event_type is not null
    and dropped.delivery_id is null
    and coalesce(deliveries.delivery_type, 'email') in ('email', 'sms', 'twilio')
