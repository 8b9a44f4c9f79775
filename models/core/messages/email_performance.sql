{#
    One row per tool, day of sending, hour, campaign, segment, subject, variant and channel: additive counts of messages;
    NULL = not measured.
#}

with

counts as (

    select
        source,
        sent_on,
        send_hour,
        channel,
        campaign,
        segment,
        subject,
        variant,
        is_personalized,
        1 as sent,
        delivered,
        bounced as bounces,
        hard_bounced as hard_bounces,
        soft_bounced as soft_bounces,
        opened as unique_opens,
        opened_by_machine_only as machine_opens,
        clicked as unique_clicks,
        opened_and_clicked,
        unsubscribed as unsubscribes,
        complained as complaints,
        converted as conversions

    from {{ ref('email_messages') }}

    union all

    select
        source,
        sent_on,
        send_hour,
        channel,
        campaign,
        segment,
        subject,
        variant,
        is_personalized,
        sent,
        delivered,
        bounces,
        hard_bounces,
        soft_bounces,
        unique_opens,
        machine_opens,
        unique_clicks,
        opened_and_clicked,
        unsubscribes,
        complaints,
        conversions

    from {{ ref('email_reports') }}

    where is_counted

)

select
    counts.source,
    counts.sent_on,
    {{ weekday_name('counts.sent_on') }} as send_weekday,
    counts.send_hour,
    counts.channel,
    counts.campaign,
    campaigns.campaign_type,
    campaigns.journey,
    coalesce(counts.segment, campaigns.segment) as segment,
    counts.subject,
    counts.variant,
    counts.is_personalized,
    cast(sum(counts.sent) as bigint) as sent,
    cast(sum(counts.delivered) as bigint) as delivered,
    cast(sum(counts.bounces) as bigint) as bounces,
    cast(sum(counts.hard_bounces) as bigint) as hard_bounces,
    cast(sum(counts.soft_bounces) as bigint) as soft_bounces,
    cast(sum(counts.unique_opens) as bigint) as unique_opens,
    cast(sum(counts.machine_opens) as bigint) as machine_opens,
    cast(sum(counts.unique_clicks) as bigint) as unique_clicks,
    cast(sum(counts.opened_and_clicked) as bigint) as opened_and_clicked,
    cast(sum(counts.unsubscribes) as bigint) as unsubscribes,
    cast(sum(counts.complaints) as bigint) as complaints,
    cast(sum(counts.conversions) as bigint) as conversions

from counts
left join {{ ref('campaigns') }} as campaigns
    on counts.campaign = campaigns.campaign

group by
    counts.source,
    counts.sent_on,
    counts.send_hour,
    counts.channel,
    counts.campaign,
    campaigns.campaign_type,
    campaigns.journey,
    coalesce(counts.segment, campaigns.segment),
    counts.subject,
    counts.variant,
    counts.is_personalized,
    -- Counts that one row measures and another does not must not share a sum.
    case when counts.bounces is null then 0 else 1 end,
    case when counts.hard_bounces is null then 0 else 1 end,
    case when counts.unique_opens is null then 0 else 1 end,
    case when counts.machine_opens is null then 0 else 1 end,
    case when counts.unique_clicks is null then 0 else 1 end,
    case when counts.opened_and_clicked is null then 0 else 1 end,
    case when counts.unsubscribes is null then 0 else 1 end,
    case when counts.complaints is null then 0 else 1 end,
    case when counts.conversions is null then 0 else 1 end
