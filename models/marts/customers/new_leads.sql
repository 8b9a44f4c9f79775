with

leads as (

    select
        {{ local_date('lead_at') }} as kpi_date,
        channel,
        campaign,
        landing_page,
        segment,
        1 as numerator

    from {{ ref('people') }}

)

{{ kpi_total('leads', slices=['channel', 'campaign', 'landing_page', 'segment']) }}
