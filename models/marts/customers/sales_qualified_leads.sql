with

qualified_leads as (

    select
        {{ local_date('sql_at') }} as kpi_date,
        channel,
        campaign,
        landing_page,
        segment,
        1 as numerator

    from {{ ref('people') }}

)

{{ kpi_total('qualified_leads', slices=['channel', 'campaign', 'landing_page', 'segment']) }}
