with

email_stats as (

    select
        'generic' as source,
        'generic__email_stats' as export,
        _file as file,
        _row as line,
        sent_on,
        campaign_id,
        coalesce(lower(channel), 'email') as channel,
        segment,
        subject,
        variant,
        is_personalized,
        sent,
        delivered,
        bounces,
        hard_bounces,
        soft_bounces,
        unique_opens,
        machine_opens,
        unique_clicks,
        opened_and_clicked,
        unsubscribes,
        complaints,
        conversions,
        {{ absent('email_stats', ['send_hour']) }}

    from {{ source('generic', 'generic__email_stats') }}

)

select * from email_stats
