select
    'marketo' as source,
    'marketo__activities' as export,
    primary_id as campaign_id,
    max(primary_value) as campaign_name,
    'email' as channel,
    {{ absent('campaigns', ['campaign_type', 'journey', 'segment']) }}

from {{ source('marketo', 'marketo__activities') }}

where activity_type in (6, 7, 8, 27) and primary_id is not null

group by primary_id
