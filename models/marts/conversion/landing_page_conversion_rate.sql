with

sessions as (

    select
        session_on as kpi_date,
        landing_page,
        channel,
        converted_sessions as numerator,
        sessions as denominator

    from {{ ref('web_performance') }}

    where landing_page is not null

)

{{ kpi_rate('sessions', slices=['landing_page', 'channel'], settles_after_days=3) }}
