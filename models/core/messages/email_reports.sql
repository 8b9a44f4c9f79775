{#
    One row per line of a tool's own campaign report. Within one tool, what a campaign sent on a day counts once: `is_counted` says which
    lines stand, by `email_tellers`.
#}

select
    lines.source,
    lines.export,
    lines.sent_on,
    lines.send_hour,
    lines.channel,
    lines.campaign_id,
    lines.campaign,
    lines.segment,
    lines.subject,
    lines.variant,
    lines.is_personalized,
    lines.sent,
    lines.delivered,
    lines.bounces,
    lines.hard_bounces,
    lines.soft_bounces,
    lines.unique_opens,
    lines.machine_opens,
    lines.unique_clicks,
    lines.opened_and_clicked,
    lines.unsubscribes,
    lines.complaints,
    lines.conversions,
    tellers.is_counted

from {{ ref('email_report_lines') }} as lines
inner join {{ ref('email_tellers') }} as tellers
    on
        lines.source = tellers.source
        and lines.export = tellers.export
        and lines.campaign_id = tellers.campaign_id
        and lines.channel = tellers.channel
        and lines.sent_on = tellers.sent_on

where tellers.teller = 'report'
