with

email_events as (

    select
        'generic' as source,
        'generic__email_events' as export,
        event_id,
        event_type,
        message_id,
        email_hash,
        person_id,
        coalesce(lower(channel), 'email') as channel,
        campaign_id,
        segment,
        subject,
        variant,
        is_personalized,
        occurred_at,
        bounce_type,
        is_machine,
        {{ absent('email_events', ['unmeasured']) }}

    from {{ source('generic', 'generic__email_events') }}

)

select * from email_events
