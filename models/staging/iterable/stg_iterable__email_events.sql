with

events as (

    select
        *,
        case lower(event_type)
            when 'emailsend' then 'sent'
            when 'emailopen' then 'opened'
            when 'emailclick' then 'clicked'
            when 'emailbounce' then 'bounced'
            when 'emailunsubscribe' then 'unsubscribed'
            when 'emailcomplaint' then 'complained'
            when 'smssend' then 'sent'
            when 'smsclick' then 'clicked'
            when 'smsbounce' then 'bounced'
        end as kind,
        case when lower(event_type) like 'sms%' then 'sms' else 'email' end as channel,
        max(case when proxy_source is not null or is_bot is not null then 1 else 0 end) over () as tells_machines

    from {{ source('iterable', 'iterable__events') }}

    where message_id is not null

)

select
    'iterable' as source,
    'iterable__events' as export,
    message_id || ':' || event_type || ':' || {{ dbt.cast('occurred_at', 'string') }} as event_id,
    kind as event_type,
    message_id,
    email_hash,
    user_id as person_id,
    channel,
    campaign_id,
    subject,
    template_id as variant,
    occurred_at,
    case
        when kind = 'bounced' and lower(recipient_state) like 'hard%' then 'hard'
        when kind = 'bounced' and lower(recipient_state) like 'soft%' then 'soft'
    end as bounce_type,
    case
        when kind in ('opened', 'clicked') and tells_machines = 1
            then coalesce(is_bot, false) or coalesce(lower(proxy_source), '') = 'apple'
    end as is_machine,
    case when tells_machines = 0 then 'machine_opens' end as unmeasured,
    {{ absent('email_events', ['segment', 'is_personalized']) }}

from events

where kind is not null
