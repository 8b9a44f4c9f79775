with

messages as (

    select coalesce(nullif(tag, 'NA'), subject) as campaign_id

    from {{ source('brevo', 'brevo__log') }}

)

select
    'brevo' as source,
    'brevo__log' as export,
    campaign_id,
    campaign_id as campaign_name,
    'email' as channel,
    'automated' as campaign_type,
    {{ absent('campaigns', ['journey', 'segment']) }}

from messages

-- Names alone: a message without a tag and a subject is of no campaign and counts.
where campaign_id is not null

group by campaign_id
