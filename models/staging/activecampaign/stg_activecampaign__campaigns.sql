select
    'activecampaign' as source,
    'activecampaign__campaigns' as export,
    coalesce(campaign_id, campaign_name) as campaign_id,
    max(campaign_name) as campaign_name,
    'email' as channel,
    case when max(lower(campaign_type)) like 'auto%' then 'automated' else 'one_off' end as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from {{ source('activecampaign', 'activecampaign__campaigns') }}

group by coalesce(campaign_id, campaign_name)
