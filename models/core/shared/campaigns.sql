{#
    One row per tool and campaign id, name or utm value: what kind of campaign it is. What is said of the id itself stands; what is not
    said of it, exports tell by the campaign's name, where all that they know under it agrees.
#}

with

described as (

    select
        names.campaign,
        campaigns.source,
        campaigns.export,
        campaigns.campaign_id,
        max(campaigns.campaign_type) as campaign_type,
        max(campaigns.journey) as journey,
        max(campaigns.segment) as segment

    from {{ ref('all_campaigns') }} as campaigns
    inner join {{ ref('campaign_names') }} as names
        on
            campaigns.source = names.source
            and campaigns.campaign_id = names.alias

    group by names.campaign, campaigns.source, campaigns.export, campaigns.campaign_id

),

by_id as (

    select
        source,
        campaign_id,
        max(campaign_type) as campaign_type,
        max(journey) as journey,
        max(segment) as segment

    from described

    group by source, campaign_id

),

-- Two campaigns of one name in one export: what holds for one alone does not hold for the name.
by_name as (

    select
        campaign,
        source,
        export,
        case when count(campaign_type) = count(*) and min(campaign_type) = max(campaign_type) then min(campaign_type) end as campaign_type,
        case when count(journey) = count(*) and min(journey) = max(journey) then min(journey) end as journey,
        case when count(segment) = count(*) and min(segment) = max(segment) then min(segment) end as segment

    from described

    group by campaign, source, export

),

told_by_name as (

    select
        names.source,
        names.alias,
        case when min(by_name.campaign_type) = max(by_name.campaign_type) then min(by_name.campaign_type) end as campaign_type,
        case when min(by_name.journey) = max(by_name.journey) then min(by_name.journey) end as journey,
        case when min(by_name.segment) = max(by_name.segment) then min(by_name.segment) end as segment

    from {{ ref('campaign_names') }} as names
    inner join by_name
        on names.campaign = by_name.campaign

    group by names.source, names.alias

)

select
    names.source,
    names.alias,
    names.campaign,
    coalesce(by_id.campaign_type, told_by_name.campaign_type) as campaign_type,
    coalesce(by_id.journey, told_by_name.journey) as journey,
    coalesce(by_id.segment, told_by_name.segment) as segment,
    by_id.campaign_id is not null as is_id

from {{ ref('campaign_names') }} as names
left join by_id
    on
        names.source = by_id.source
        and names.alias = by_id.campaign_id
left join told_by_name
    on
        names.source = told_by_name.source
        and names.alias = told_by_name.alias
