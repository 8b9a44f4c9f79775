with

emails as (

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
        bounces as numerator,
        sent as denominator

    from {{ ref('email_performance') }}

    where channel = 'email'

)

{{ kpi_rate(
    'emails',
    slices=[
        'source', 'campaign', 'campaign_type', 'journey', 'segment',
        'variant', 'subject', 'send_weekday', 'send_hour',
    ],
    settles_after_days=3,
) }}
