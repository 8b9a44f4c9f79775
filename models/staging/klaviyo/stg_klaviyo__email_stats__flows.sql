with

messages as (

    select
        'klaviyo' as source,
        'klaviyo__flows' as export,
        _file as file,
        _row as line,
        sent_on,
        message_id as campaign_id,
        lower(coalesce(channel, 'email')) as channel,
        recipients as sent,
        recipients - bounces as delivered,
        bounces,
        unique_opens,
        unique_apple_opens as machine_opens,
        unique_clicks,
        unique_unsubscribes as unsubscribes,
        spam_complaints as complaints,
        unique_orders as conversions,
        {{ absent('email_stats', [
            'send_hour', 'segment', 'subject', 'variant', 'is_personalized', 'hard_bounces', 'soft_bounces',
            'opened_and_clicked',
        ]) }}

    from {{ source('klaviyo', 'klaviyo__flows') }}

)

select * from messages
