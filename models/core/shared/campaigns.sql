{# One row per campaign name: what kind of campaign it is, whichever tool says so. #}

with

described as (

    select
        names.campaign,
        campaigns.channel,
        campaigns.campaign_type,
        campaigns.journey,
        campaigns.segment

    from {{ ref('all_campaigns') }} as campaigns
    inner join {{ ref('campaign_names') }} as names
        on
            campaigns.source = names.source
            and campaigns.campaign_id = names.alias

)

select
    campaign,
    max(channel) as channel,
    max(campaign_type) as campaign_type,
    max(journey) as journey,
    max(segment) as segment

from described

group by campaign
