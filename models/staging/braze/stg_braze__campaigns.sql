with

campaigns as (

    select
        coalesce(campaign_id, canvas_step_id, canvas_id) as campaign_id,
        case
            when campaign_id is not null then campaign_name
            when canvas_step_name is not null then canvas_name || ': ' || canvas_step_name
            else canvas_name
        end as campaign_name,
        case when lower(event_type) like 'users_messages_sms_%' then 'sms' else 'email' end as channel,
        case when campaign_id is null then 'automated' else 'one_off' end as campaign_type,
        case when campaign_id is null then canvas_name end as journey

    from {{ source('braze', 'braze__events') }}

    where lower(event_type) like 'users_messages_email_%' or lower(event_type) like 'users_messages_sms_%'

)

select
    'braze' as source,
    'braze__events' as export,
    campaign_id,
    max(campaign_name) as campaign_name,
    max(channel) as channel,
    max(campaign_type) as campaign_type,
    max(journey) as journey,
    {{ absent('campaigns', ['segment']) }}

from campaigns

where campaign_id is not null

group by campaign_id
