with

email_stats as (

    select
        'generic' as source,
        'generic__email_stats' as export,
        reports._file as file,
        reports._row as line,
        reports.sent_on,
        reports.campaign_id,
        {{ message_channel('reports', 'campaigns') }} as channel,
        reports.segment,
        reports.subject,
        reports.variant,
        reports.is_personalized,
        reports.sent,
        reports.delivered,
        reports.bounces,
        reports.hard_bounces,
        reports.soft_bounces,
        reports.unique_opens,
        reports.machine_opens,
        reports.unique_clicks,
        reports.opened_and_clicked,
        reports.unsubscribes,
        reports.complaints,
        reports.conversions,
        {{ absent('email_stats', ['send_hour']) }}

    from {{ source('generic', 'generic__email_stats') }} as reports
    left join {{ source('generic', 'generic__campaigns') }} as campaigns
        on reports.campaign_id = campaigns.campaign_id

)

select * from email_stats
