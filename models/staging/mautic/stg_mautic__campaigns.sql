with

senders as (

    select
        email_stats.email_id,
        max(campaigns.name) as journey

    from {{ source('mautic', 'mautic__email_stats') }} as email_stats
    inner join {{ source('mautic', 'mautic__campaign_events') }} as campaign_events
        on email_stats.sender_id = campaign_events.event_id
    inner join {{ source('mautic', 'mautic__campaigns') }} as campaigns
        on campaign_events.campaign_id = campaigns.campaign_id

    -- Names of journeys alone: what others sent counts, of no journey.
    where email_stats.sender = 'campaign.event'

    group by email_stats.email_id

)

select
    'mautic' as source,
    'mautic__emails' as export,
    emails.email_id as campaign_id,
    emails.name as campaign_name,
    'email' as channel,
    case emails.email_type when 'list' then 'one_off' when 'template' then 'automated' end as campaign_type,
    senders.journey,
    {{ absent('campaigns', ['segment']) }}

from {{ source('mautic', 'mautic__emails') }} as emails
left join senders
    on emails.email_id = senders.email_id

-- A variant has the name of the e-mail it is one of.
where emails.variant_parent_id is null
