with

events as (

    select
        *,
        case
            when status in ('sent', 'inviata', 'richiesta invio') then 'sent'
            when status in ('delivered', 'consegnata') then 'delivered'
            when status in ('hard bounce', 'soft bounce') then 'bounced'
            when status in ('first opening', 'prima apertura', 'opened', 'aperta') then 'opened'
            when status in ('loaded by proxy', 'caricata per procura') then 'opened'
            when status in ('clicked', 'cliccata') then 'clicked'
            when status in ('unsubscribed', 'disiscrizione') then 'unsubscribed'
            when status in ('complaint', 'spam') then 'complained'
        end as event_type,
        message_id || ':' || email_hash as message_key

    from {{ source('brevo', 'brevo__log') }}

),

never_sent as (

    select message_key from events

    where status in ('blocked', 'bloccata', 'invalid email', 'error')

    group by message_key

)

select
    'brevo' as source,
    'brevo__log' as export,
    events.message_key || ':' || events.status || ':' || {{ dbt.cast('events.occurred_at', 'string') }} as event_id,
    events.event_type,
    events.message_key as message_id,
    events.email_hash,
    'email' as channel,
    coalesce(nullif(events.tag, 'NA'), events.subject) as campaign_id,
    events.subject,
    events.occurred_at,
    case when events.event_type = 'bounced' then {{ dbt.split_part('events.status', "' '", 1) }} end as bounce_type,
    case when events.event_type = 'opened' then events.status in ('loaded by proxy', 'caricata per procura') end as is_machine,
    {{ absent('email_events', ['person_id', 'segment', 'variant', 'is_personalized', 'unmeasured']) }}

from events
left join never_sent
    on events.message_key = never_sent.message_key

where
    events.event_type is not null
    and never_sent.message_key is null
