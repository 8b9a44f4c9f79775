{#
    One row per line of a tool's own campaign report, its counts completed from one another. Within one tool, what a campaign sent
    on a day counts once: messages win over reports, reports by their rank in the lookup `precedence`; `is_counted` says which stand.
#}

with

reported as (

    select
        reports.source,
        reports.export,
        reports.sent_on,
        reports.send_hour,
        coalesce(reports.channel, 'email') as channel,
        coalesce(names.campaign, reports.campaign_id) as campaign,
        reports.segment,
        reports.subject,
        reports.variant,
        reports.is_personalized,
        coalesce(reports.delivered, reports.sent - coalesce(reports.bounces, reports.hard_bounces + reports.soft_bounces)) as delivered,
        coalesce(reports.bounces, reports.hard_bounces + reports.soft_bounces, reports.sent - reports.delivered) as bounces,
        reports.hard_bounces,
        reports.soft_bounces,
        reports.unique_opens,
        reports.machine_opens,
        reports.unique_clicks,
        reports.opened_and_clicked,
        reports.unsubscribes,
        reports.complaints,
        reports.conversions,
        coalesce(precedence.rank, 100) as report_rank

    from {{ ref('all_email_stats') }} as reports
    inner join {{ source('raw', '_run') }} as run
        on reports.sent_on <= run.as_of
    left join {{ ref('campaign_names') }} as names
        on
            reports.source = names.source
            and reports.campaign_id = names.alias
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'email_stats'
            and reports.export = precedence.export

),

told_by_messages as (

    select
        source,
        campaign,
        channel,
        sent_on

    from {{ ref('email_messages') }}

    where campaign is not null

    group by source, campaign, channel, sent_on

),

ranked as (

    select
        reported.*,
        min(reported.report_rank) over (
            partition by reported.source, reported.campaign, reported.channel, reported.sent_on
        ) as best_rank,
        told_by_messages.source is not null as is_told_by_messages

    from reported
    left join told_by_messages
        on
            reported.source = told_by_messages.source
            and reported.campaign = told_by_messages.campaign
            and reported.channel = told_by_messages.channel
            and reported.sent_on = told_by_messages.sent_on

)

select
    source,
    export,
    sent_on,
    send_hour,
    channel,
    campaign,
    segment,
    subject,
    variant,
    is_personalized,
    delivered + bounces as sent,
    delivered,
    bounces,
    hard_bounces,
    soft_bounces,
    unique_opens,
    machine_opens,
    unique_clicks,
    -- Where a report does not tell, at most every click came from an opened message.
    coalesce(opened_and_clicked, case when unique_clicks < unique_opens then unique_clicks else unique_opens end) as opened_and_clicked,
    unsubscribes,
    complaints,
    conversions,
    not is_told_by_messages and report_rank = best_rank as is_counted

from ranked
