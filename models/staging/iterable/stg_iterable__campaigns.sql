select
    'iterable' as source,
    'iterable__events' as export,
    campaign_id,
    max(campaign_name) as campaign_name,
    case when max(case when lower(event_type) like 'sms%' then 1 else 0 end) = 1 then 'sms' else 'email' end as channel,
    case when max(workflow_name) is null then 'one_off' else 'automated' end as campaign_type,
    max(workflow_name) as journey,
    {{ absent('campaigns', ['segment']) }}

from {{ source('iterable', 'iterable__events') }}

-- The campaigns alone: a message of none counts all the same.
where campaign_id is not null

group by campaign_id
