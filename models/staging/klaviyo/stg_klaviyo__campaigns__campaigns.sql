select
    'klaviyo' as source,
    'klaviyo__campaigns' as export,
    coalesce(campaign_id, campaign_name) as campaign_id,
    max(campaign_name) as campaign_name,
    max(lower(coalesce(channel, 'email'))) as channel,
    'one_off' as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from {{ source('klaviyo', 'klaviyo__campaigns') }}

group by coalesce(campaign_id, campaign_name)
