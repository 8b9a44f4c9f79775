with

activity as (

    select
        campaign_id,
        email_hash,
        action,
        bounce_type,
        occurred_at,
        url

    from {{ source('mailchimp', 'mailchimp__email_activity') }}

)

select
    'mailchimp' as source,
    'mailchimp__email_activity' as export,
    campaign_id || ':' || email_hash || ':' || action || ':'
    || {{ dbt.cast('occurred_at', 'varchar') }} || ':' || coalesce(url, '') as event_id,
    case action when 'open' then 'opened' when 'click' then 'clicked' when 'bounce' then 'bounced' end as event_type,
    campaign_id || ':' || email_hash as message_id,
    email_hash,
    'email' as channel,
    campaign_id,
    occurred_at,
    bounce_type,
    'machine_opens complaints' as unmeasured,
    {{ absent('email_events', ['person_id', 'segment', 'subject', 'variant', 'is_personalized', 'is_machine']) }}

from activity
