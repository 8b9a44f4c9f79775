with

campaigns as (

    select
        'activecampaign' as source,
        'activecampaign__campaigns' as export,
        _file as file,
        _row as line,
        cast(sent_at as date) as sent_on,
        {{ dbt.cast('extract(hour from sent_at)', 'bigint') }} as send_hour,
        coalesce(campaign_id, campaign_name) as campaign_id,
        'email' as channel,
        list as segment,
        subject,
        sends as sent,
        coalesce(bounces, hard_bounces + soft_bounces) as bounces,
        hard_bounces,
        soft_bounces,
        unique_opens,
        unique_clicks,
        unsubscribes,
        complaints,
        {{ absent('email_stats', [
            'variant', 'is_personalized', 'delivered', 'machine_opens', 'opened_and_clicked', 'conversions',
        ]) }}

    from {{ source('activecampaign', 'activecampaign__campaigns') }}

)

select * from campaigns
