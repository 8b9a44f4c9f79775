with

events as (

    select
        *,
        case event
            when 'processed' then 'sent'
            when 'delivered' then 'delivered'
            when 'bounce' then 'bounced'
            when 'open' then 'opened'
            when 'click' then 'clicked'
            when 'unsubscribe' then 'unsubscribed'
            when 'group_unsubscribe' then 'unsubscribed'
            when 'spamreport' then 'complained'
        end as event_type,
        coalesce(
            single_send_id, legacy_campaign_id, automation_id, first_category, category, template_id
        ) as campaign_id

    from {{ source('sendgrid', 'sendgrid__events') }}

),

sends_before_bounces as (

    select
        bounces.event_id,
        sends.message_id,
        sends.campaign_id,
        row_number() over (partition by bounces.event_id order by sends.occurred_at desc, sends.event_id asc) as sends_back

    from events as bounces
    inner join events as sends
        on
            bounces.email_hash = sends.email_hash
            and bounces.occurred_at >= sends.occurred_at

    where
        bounces.event = 'bounce'
        and bounces.message_id is null
        and sends.event in ('processed', 'delivered')
        and sends.message_id is not null

),

dropped as (

    select
        message_id,
        email_hash

    from events

    where event = 'dropped' and message_id is not null

    group by message_id, email_hash

),

of_messages as (

    select
        events.event_id,
        events.event_type,
        coalesce(events.message_id, sends.message_id) as message_id,
        events.email_hash,
        coalesce(events.campaign_id, sends.campaign_id) as campaign_id,
        events.occurred_at,
        case
            when events.event <> 'bounce' then null
            when events.bounce_type = 'bounce' then 'hard'
            when events.bounce_type in ('blocked', 'expired') then 'soft'
            when events.status like '5%' then 'hard'
            when events.status like '4%' then 'soft'
        end as bounce_type,
        case when events.event = 'open' then events.is_machine_open end as is_machine

    from events
    left join sends_before_bounces as sends
        on
            events.event_id = sends.event_id
            and sends.sends_back = 1

    where events.event_type is not null

)

select
    'sendgrid' as source,
    'sendgrid__events' as export,
    of_messages.event_id,
    of_messages.event_type,
    of_messages.message_id || ':' || of_messages.email_hash as message_id,
    of_messages.email_hash,
    'email' as channel,
    of_messages.campaign_id,
    of_messages.occurred_at,
    of_messages.bounce_type,
    of_messages.is_machine,
    {{ absent('email_events', ['person_id', 'segment', 'subject', 'variant', 'is_personalized', 'unmeasured']) }}

from of_messages
left join dropped
    on
        of_messages.message_id = dropped.message_id
        and of_messages.email_hash = dropped.email_hash

where
    of_messages.message_id is not null
    and dropped.message_id is null
