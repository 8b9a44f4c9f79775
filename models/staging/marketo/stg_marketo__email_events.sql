with

activities as (

    select
        activity_id,
        case activity_type
            when 6 then 'sent'
            when 7 then 'delivered'
            when 8 then 'bounced'
            when 27 then 'bounced'
            when 10 then 'opened'
            when 11 then 'clicked'
            when 9 then 'unsubscribed'
        end as event_type,
        case activity_type when 8 then 'hard' when 27 then 'soft' end as bounce_type,
        lead_id || ':' || primary_id || ':' || coalesce(campaign_run_id, campaign_id, '')
        || ':' || coalesce(step_id, '') as message_id,
        lead_id,
        primary_id,
        test_variant,
        occurred_at,
        is_bot

    from {{ source('marketo', 'marketo__activities') }}

    where primary_id is not null

)

select
    'marketo' as source,
    'marketo__activities' as export,
    activity_id as event_id,
    event_type,
    message_id,
    lead_id as person_id,
    'email' as channel,
    primary_id as campaign_id,
    nullif(test_variant, '0') as variant,
    occurred_at,
    bounce_type,
    is_bot as is_machine,
    'complaints' as unmeasured,
    {{ absent('email_events', ['email_hash', 'segment', 'subject', 'is_personalized']) }}

from activities

where event_type is not null
