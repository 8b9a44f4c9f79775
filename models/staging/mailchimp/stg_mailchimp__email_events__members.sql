with

unsubscribes as (

    select
        unsubscribe_campaign_id as campaign_id,
        email_hash,
        unsubscribed_at

    from {{ source('mailchimp', 'mailchimp__members') }}

    -- Who left a list, and by which mailing; the members themselves are contacts and memberships.
    where unsubscribe_campaign_id is not null and unsubscribed_at is not null

)

select
    'mailchimp' as source,
    'mailchimp__members' as export,
    campaign_id || ':' || email_hash || ':unsubscribed' as event_id,
    'unsubscribed' as event_type,
    campaign_id || ':' || email_hash as message_id,
    email_hash,
    'email' as channel,
    campaign_id,
    unsubscribed_at as occurred_at,
    'machine_opens complaints' as unmeasured,
    {{ absent('email_events', [
        'person_id', 'segment', 'subject', 'variant', 'is_personalized', 'bounce_type', 'is_machine',
    ]) }}

from unsubscribes
