with

events as (

    select
        event_id,
        case metric
            when 'Received Email' then 'delivered'
            when 'Bounced Email' then 'bounced'
            when 'Opened Email' then 'opened'
            when 'Clicked Email' then 'clicked'
            when 'Unsubscribed' then 'unsubscribed'
            when 'Marked Email as Spam' then 'complained'
            when 'Received SMS' then 'delivered'
            when 'Failed to Deliver SMS' then 'bounced'
            when 'Clicked SMS' then 'clicked'
            when 'Unsubscribed from SMS' then 'unsubscribed'
        end as event_type,
        case when metric like '%SMS%' then 'sms' else 'email' end as channel,
        person_id || ':' || coalesce(send_cohort, message_id) as message_id,
        email_hash,
        person_id,
        message_id as campaign_id,
        subject,
        variation,
        occurred_at,
        bounce_type,
        coalesce(is_machine_open, is_bot_click) as is_machine

    from {{ source('klaviyo', 'klaviyo__events') }}

    where message_id is not null

)

select
    'klaviyo' as source,
    'klaviyo__events' as export,
    event_id,
    event_type,
    message_id,
    email_hash,
    person_id,
    channel,
    campaign_id,
    subject,
    variation as variant,
    occurred_at,
    bounce_type,
    is_machine,
    {{ absent('email_events', ['segment', 'is_personalized', 'unmeasured']) }}

from events

where event_type is not null
