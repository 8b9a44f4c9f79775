with

recipients as (

    select
        campaign_id,
        email_hash,
        sent_at,
        delivered_at,
        opened_at,
        hard_bounced_at,
        soft_bounced_at,
        unsubscribed_at,
        complained_at,
        clicked_links,
        coalesce(apple_opens, 0) > 0 as is_opened_by_apple,
        coalesce(apple_opens, 0) > 0 and apple_opens >= coalesce(opens, 0) as is_opened_only_by_apple

    from {{ source('brevo', 'brevo__recipients') }}

)

select
    'brevo' as source,
    'brevo__recipients' as export,
    campaign_id || ':' || email_hash as message_id,
    email_hash,
    'email' as channel,
    campaign_id,
    sent_at,
    delivered_at,
    coalesce(hard_bounced_at, soft_bounced_at) as bounced_at,
    case when hard_bounced_at is not null then 'hard' when soft_bounced_at is not null then 'soft' end as bounce_type,
    case when not is_opened_only_by_apple then opened_at end as opened_at,
    case when is_opened_by_apple then opened_at end as machine_opened_at,
    case when clicked_links > 0 then coalesce(opened_at, delivered_at, sent_at) end as clicked_at,
    unsubscribed_at,
    complained_at,
    {{ absent('email_messages', [
        'person_id', 'segment', 'subject', 'variant', 'is_personalized', 'converted_at', 'unmeasured',
    ]) }}

from recipients
