with

messages as (

    select
        'klaviyo' as source,
        'klaviyo__campaign_performance' as export,
        message_id as campaign_id,
        message_name as campaign_name,
        lower(coalesce(channel, 'email')) as channel,
        'one_off' as campaign_type,
        {{ absent('campaigns', ['journey', 'segment']) }}

    from {{ source('klaviyo', 'klaviyo__campaign_performance') }}

)

select * from messages
