with

sales_qualified_leads as (

    select
        {{ local_date('sql_at') }} as kpi_date,
        channel,
        campaign,
        landing_page,
        segment,
        {{ happened_within('opportunity_at', 'sql_at', var('lead_window_days')) }} as numerator,
        1 as denominator

    from {{ ref('people') }}

    where sql_at is not null

)

{{ kpi_rate(
    'sales_qualified_leads',
    slices=['channel', 'campaign', 'landing_page', 'segment'],
    settles_after_days=var('lead_window_days'),
) }}
