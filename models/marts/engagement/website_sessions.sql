with

sessions as (

    select
        session_on as kpi_date,
        channel,
        traffic_source as source,
        medium,
        campaign,
        landing_page,
        sessions as numerator

    from {{ ref('web_performance') }}

)

{{ kpi_total('sessions', slices=['channel', 'source', 'medium', 'campaign', 'landing_page'], settles_after_days=3) }}
