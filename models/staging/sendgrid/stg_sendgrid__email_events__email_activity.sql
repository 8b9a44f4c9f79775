with

events as (

    select
        *,
        case lower(event)
            when 'processed' then 'sent'
            when 'delivered' then 'delivered'
            when 'bounce' then 'bounced'
            when 'bounced' then 'bounced'
            when 'open' then 'opened'
            when 'click' then 'clicked'
            when 'unsubscribe' then 'unsubscribed'
            when 'group_unsubscribe' then 'unsubscribed'
            when 'spam_report' then 'complained'
            when 'spamreport' then 'complained'
        end as event_type,
        message_id || ':' || email_hash as message_key

    from {{ source('sendgrid', 'sendgrid__email_activity') }}

),

dropped as (

    select message_key from events

    where lower(event) in ('drop', 'dropped')

    group by message_key

)

select
    'sendgrid' as source,
    'sendgrid__email_activity' as export,
    events.message_key || ':' || events.event || ':' || {{ dbt.cast('events.occurred_at', 'string') }} as event_id,
    events.event_type,
    events.message_key as message_id,
    events.email_hash,
    'email' as channel,
    coalesce(
        events.campaign_id,
        nullif({{ dbt.split_part('events.category', "'\"'", 2) }}, ''),
        events.category,
        events.template_id
    ) as campaign_id,
    events.subject,
    events.occurred_at,
    case
        when events.event_type <> 'bounced' then null
        when lower(events.bounce_type) in ('bounce', 'hard') then 'hard'
        when lower(events.bounce_type) in ('blocked', 'expired', 'soft') then 'soft'
    end as bounce_type,
    {{ absent('email_events', ['person_id', 'segment', 'variant', 'is_personalized', 'is_machine', 'unmeasured']) }}

from events
left join dropped
    on events.message_key = dropped.message_key

where
    events.event_type is not null
    and dropped.message_key is null
