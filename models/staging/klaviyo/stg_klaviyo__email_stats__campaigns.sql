with

campaigns as (

    select
        'klaviyo' as source,
        'klaviyo__campaigns' as export,
        _file as file,
        _row as line,
        cast(sent_at as date) as sent_on,
        {{ dbt.cast('extract(hour from sent_at)', 'bigint') }} as send_hour,
        coalesce(campaign_id, campaign_name) as campaign_id,
        lower(coalesce(channel, 'email')) as channel,
        list as segment,
        nullif(subject, '[MULTIPLE VARIATIONS]') as subject,
        variant,
        recipients as sent,
        deliveries as delivered,
        bounces,
        unique_opens,
        unique_clicks,
        unsubscribes,
        spam_complaints as complaints,
        unique_orders as conversions,
        {{ absent('email_stats', [
            'is_personalized', 'hard_bounces', 'soft_bounces', 'machine_opens', 'opened_and_clicked',
        ]) }}

    from {{ source('klaviyo', 'klaviyo__campaigns') }}

)

select * from campaigns
