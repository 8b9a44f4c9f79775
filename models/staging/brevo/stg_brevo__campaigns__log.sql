select
    'brevo' as source,
    'brevo__log' as export,
    coalesce(tag, subject) as campaign_id,
    coalesce(tag, subject) as campaign_name,
    'email' as channel,
    'automated' as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from {{ source('brevo', 'brevo__log') }}

where coalesce(tag, subject) is not null

group by coalesce(tag, subject)
