with

email_messages as (

    select
        'generic' as source,
        'generic__email_messages' as export,
        message_id,
        email_hash,
        person_id,
        coalesce(lower(channel), 'email') as channel,
        campaign_id,
        segment,
        subject,
        variant,
        is_personalized,
        sent_at,
        delivered_at,
        bounced_at,
        bounce_type,
        opened_at,
        machine_opened_at,
        clicked_at,
        unsubscribed_at,
        complained_at,
        converted_at,
        {{ absent('email_messages', ['unmeasured']) }}

    from {{ source('generic', 'generic__email_messages') }}

)

select * from email_messages
