with

sends as (

    select
        sent_to.campaign_id,
        sent_to.email_hash,
        sent_to.variant,
        campaigns.subject,
        campaigns.audience,
        campaigns.sent_at

    from {{ source('mailchimp', 'mailchimp__sent_to') }} as sent_to
    inner join {{ source('mailchimp', 'mailchimp__campaigns') }} as campaigns
        on sent_to.campaign_id = campaigns.campaign_id

),

-- Unsubscribes stand in the audience's files alone.
unsubscribed as (

    select count(unsubscribed_at) as member_count

    from {{ source('mailchimp', 'mailchimp__members') }}

)

select
    'mailchimp' as source,
    'mailchimp__sent_to' as export,
    sends.campaign_id || ':' || sends.email_hash || ':sent' as event_id,
    'sent' as event_type,
    sends.campaign_id || ':' || sends.email_hash as message_id,
    sends.email_hash,
    'email' as channel,
    sends.campaign_id,
    sends.audience as segment,
    sends.subject,
    sends.variant,
    sends.sent_at as occurred_at,
    case
        when unsubscribed.member_count = 0 then 'machine_opens complaints unsubscribes'
        else 'machine_opens complaints'
    end as unmeasured,
    {{ absent('email_events', ['person_id', 'is_personalized', 'bounce_type', 'is_machine']) }}

from sends
cross join unsubscribed
