with

campaigns as (

    select
        coalesce(single_send_id, legacy_campaign_id, automation_id) as campaign_id,
        coalesce(single_send_name, legacy_campaign_name, automation_name) as campaign_name,
        case when coalesce(single_send_id, legacy_campaign_id) is null then 'automated' else 'one_off' end as campaign_type

    from {{ source('sendgrid', 'sendgrid__events') }}

)

select
    'sendgrid' as source,
    'sendgrid__events' as export,
    campaign_id,
    max(campaign_name) as campaign_name,
    'email' as channel,
    max(campaign_type) as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from campaigns

-- Names alone: a message without a campaign counts.
where campaign_id is not null

group by campaign_id
