with

-- A kind of event that no row tells is not measured.
kinds as (

    select
        trim(
            case when count(case when event_type = 'bounced' then 1 end) = 0 then 'bounces bounce_types ' else '' end
            || case
                when count(case when event_type = 'bounced' then 1 end) > 0 and count(bounce_type) = 0 then 'bounce_types '
                else ''
            end
            || case when count(case when event_type = 'opened' then 1 end) = 0 then 'opens machine_opens ' else '' end
            || case when count(case when event_type = 'clicked' then 1 end) = 0 then 'clicks ' else '' end
            || case when count(case when event_type = 'unsubscribed' then 1 end) = 0 then 'unsubscribes ' else '' end
            || case when count(case when event_type = 'complained' then 1 end) = 0 then 'complaints ' else '' end
        ) as unmeasured

    from {{ source('generic', 'generic__email_events') }}

),

email_events as (

    select
        'generic' as source,
        'generic__email_events' as export,
        events.event_id,
        events.event_type,
        events.message_id,
        events.email_hash,
        events.person_id,
        {{ message_channel('events', 'campaigns') }} as channel,
        events.campaign_id,
        events.segment,
        events.subject,
        events.variant,
        events.is_personalized,
        events.occurred_at,
        events.bounce_type,
        events.is_machine,
        nullif(kinds.unmeasured, '') as unmeasured

    from {{ source('generic', 'generic__email_events') }} as events
    cross join kinds
    left join {{ source('generic', 'generic__campaigns') }} as campaigns
        on events.campaign_id = campaigns.campaign_id

)

select * from email_events
