with

sent_days as (

    select
        message_id,
        flow_name,
        message_name,
        channel,
        row_number() over (partition by message_id order by sent_on desc) as days_back

    from {{ source('klaviyo', 'klaviyo__flows') }}

),

-- Names as they stood on the message's last day.
messages as (

    select
        message_id,
        flow_name,
        message_name,
        channel,
        count(*) over (partition by message_name) as namesakes

    from sent_days

    -- Names alone: every day counts.
    where days_back = 1

)

select
    'klaviyo' as source,
    'klaviyo__flows' as export,
    message_id as campaign_id,
    case when namesakes = 1 then message_name else flow_name || ': ' || message_name end as campaign_name,
    lower(coalesce(channel, 'email')) as channel,
    'automated' as campaign_type,
    flow_name as journey,
    {{ absent('campaigns', ['segment']) }}

from messages
