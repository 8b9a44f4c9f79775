with

messages as (

    select
        'klaviyo' as source,
        'klaviyo__campaign_performance' as export,
        _file as file,
        _row as line,
        sent_on,
        {{ dbt.cast('extract(hour from send_time)', 'bigint') }} as send_hour,
        message_id as campaign_id,
        lower(coalesce(channel, 'email')) as channel,
        list as segment,
        nullif(subject, '[MULTIPLE VARIATIONS]') as subject,
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
            'variant', 'is_personalized', 'hard_bounces', 'soft_bounces', 'opened_and_clicked',
        ]) }}

    from {{ source('klaviyo', 'klaviyo__campaign_performance') }}

)

select * from messages
