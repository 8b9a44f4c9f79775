with

messages as (

    select
        sent_on as kpi_date,
        source,
        campaign,
        campaign_type,
        journey,
        segment,
        variant,
        subject,
        send_weekday,
        send_hour,
        channel,
        unique_clicks as numerator,
        delivered as denominator

    from {{ ref('email_performance') }}

)

{{ kpi_rate(
    'messages',
    slices=[
        'source', 'campaign', 'campaign_type', 'journey', 'segment', 'variant',
        'subject', 'send_weekday', 'send_hour', 'channel',
    ],
    settles_after_days=3,
) }}
