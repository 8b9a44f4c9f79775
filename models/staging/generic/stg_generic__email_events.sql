with

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
        {{ absent('email_events', ['unmeasured']) }}

    from {{ source('generic', 'generic__email_events') }} as events
    left join {{ source('generic', 'generic__campaigns') }} as campaigns
        on events.campaign_id = campaigns.campaign_id

)

select * from email_events
