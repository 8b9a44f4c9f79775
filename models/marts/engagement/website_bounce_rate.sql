with

sessions as (

    select
        session_on as kpi_date,
        channel,
        traffic_source as source,
        medium,
        campaign,
        landing_page,
        bounced_sessions as numerator,
        sessions as denominator

    from {{ ref('web_performance') }}

)

{{ kpi_rate('sessions', slices=['channel', 'source', 'medium', 'campaign', 'landing_page'], settles_after_days=3) }}
