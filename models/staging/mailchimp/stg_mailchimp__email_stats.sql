with

campaigns as (

    select
        'mailchimp' as source,
        'mailchimp__campaigns' as export,
        _file as file,
        _row as line,
        cast(sent_at as date) as sent_on,
        {{ dbt.cast('extract(hour from sent_at)', 'bigint') }} as send_hour,
        campaign_id,
        'email' as channel,
        audience as segment,
        subject,
        recipients as sent,
        deliveries as delivered,
        bounces,
        hard_bounces,
        soft_bounces,
        unique_opens,
        unique_clicks,
        unsubscribes,
        abuse_complaints as complaints,
        {{ absent('email_stats', [
            'variant', 'is_personalized', 'machine_opens', 'opened_and_clicked', 'conversions',
        ]) }}

    from {{ source('mailchimp', 'mailchimp__campaigns') }}

)

select * from campaigns
