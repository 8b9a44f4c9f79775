select
    'klaviyo' as source,
    'klaviyo__events' as export,
    message_id as campaign_id,
    max(campaign_name) as campaign_name,
    case when max(case when metric like '%SMS%' then 1 else 0 end) = 1 then 'sms' else 'email' end as channel,
    case when max(flow_id) is null then 'one_off' else 'automated' end as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from {{ source('klaviyo', 'klaviyo__events') }}

where
    message_id is not null
    and metric in ('Received Email', 'Bounced Email', 'Received SMS', 'Failed to Deliver SMS')

group by message_id
