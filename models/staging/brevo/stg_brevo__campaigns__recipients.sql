select
    'brevo' as source,
    'brevo__recipients' as export,
    campaign_id,
    max(campaign_name) as campaign_name,
    'email' as channel,
    'one_off' as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from {{ source('brevo', 'brevo__recipients') }}

group by campaign_id
