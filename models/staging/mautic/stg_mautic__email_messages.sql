with

sends as (

    select
        *,
        lead(sent_at) over (partition by email_id, lead_id order by sent_at, stat_id) as sent_again_at

    from {{ source('mautic', 'mautic__email_stats') }}

),

reactions as (

    select
        email_id,
        lead_id,
        'clicked' as reaction,
        hit_at as occurred_at

    from {{ source('mautic', 'mautic__page_hits') }}

    where email_id is not null

    union all

    select
        channel_id as email_id,
        lead_id,
        case reason when 1 then 'unsubscribed' when 2 then 'bounced' end as reaction,
        added_at as occurred_at

    from {{ source('mautic', 'mautic__lead_donotcontact') }}

    -- What a mailing brought about; that somebody is not to be contacted is a membership's end.
    where channel = 'email' and channel_id is not null and reason in (1, 2)

),

followed as (

    select
        sends.stat_id,
        min(case when reactions.reaction = 'clicked' then reactions.occurred_at end) as clicked_at,
        min(case when reactions.reaction = 'unsubscribed' then reactions.occurred_at end) as unsubscribed_at,
        min(case when reactions.reaction = 'bounced' then reactions.occurred_at end) as bounced_at

    from sends
    inner join reactions
        on
            sends.email_id = reactions.email_id
            and sends.lead_id = reactions.lead_id
            and sends.sent_at <= reactions.occurred_at
            and (sends.sent_again_at is null or sends.sent_again_at > reactions.occurred_at)

    group by sends.stat_id

)

select
    'mautic' as source,
    'mautic__email_stats' as export,
    sends.stat_id as message_id,
    sends.email_hash,
    sends.lead_id as person_id,
    'email' as channel,
    coalesce(emails.variant_parent_id, sends.email_id) as campaign_id,
    emails.subject,
    case when emails.variant_parent_id is not null then emails.name end as variant,
    sends.sent_at,
    case when sends.is_failed then coalesce(followed.bounced_at, sends.sent_at) else followed.bounced_at end as bounced_at,
    case when sends.is_read then coalesce(sends.read_at, sends.sent_at) end as opened_at,
    followed.clicked_at,
    followed.unsubscribed_at,
    'machine_opens bounce_types complaints' as unmeasured,
    {{ absent('email_messages', [
        'segment', 'is_personalized', 'delivered_at', 'bounce_type', 'machine_opened_at', 'complained_at',
        'converted_at',
    ]) }}

from sends
left join followed
    on sends.stat_id = followed.stat_id
left join {{ source('mautic', 'mautic__emails') }} as emails
    on sends.email_id = emails.email_id
