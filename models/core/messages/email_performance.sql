{#
    One row per tool, day of sending, hour, campaign, segment, subject, variant and channel: additive counts of messages;
    NULL = not measured.
#}

with

parts_of_reports as (

    select
        source,
        export,
        campaign_id,
        channel,
        sent_on

    from {{ ref('email_tellers') }}

    where
        teller = 'messages'
        and not is_counted

),

counts as (

    select
        messages.source,
        messages.sent_on,
        messages.send_hour,
        messages.channel,
        messages.campaign_id,
        messages.campaign,
        messages.segment,
        messages.subject,
        messages.variant,
        messages.is_personalized,
        1 as sent,
        messages.delivered,
        messages.bounced as bounces,
        messages.hard_bounced as hard_bounces,
        messages.soft_bounced as soft_bounces,
        messages.opened as unique_opens,
        messages.opened_by_machine_only as machine_opens,
        messages.clicked as unique_clicks,
        messages.opened_and_clicked,
        messages.unsubscribed as unsubscribes,
        messages.complained as complaints,
        messages.converted as conversions

    from {{ ref('email_messages') }} as messages
    left join parts_of_reports
        on
            messages.source = parts_of_reports.source
            and messages.export = parts_of_reports.export
            and messages.campaign_id = parts_of_reports.campaign_id
            and messages.channel = parts_of_reports.channel
            and messages.sent_on = parts_of_reports.sent_on

    where parts_of_reports.source is null

    union all

    select
        source,
        sent_on,
        send_hour,
        channel,
        campaign_id,
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
    on
        counts.source = campaigns.source
        and counts.campaign_id = campaigns.alias

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
