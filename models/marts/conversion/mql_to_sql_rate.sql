with

marketing_qualified_leads as (

    select
        {{ local_date('mql_at') }} as kpi_date,
        channel,
        campaign,
        landing_page,
        segment,
        {{ happened_within('sql_at', 'mql_at', var('lead_window_days')) }} as numerator,
        1 as denominator

    from {{ ref('people') }}

    where
        mql_at is not null
        and coalesce(is_sql_measured, true)

)

{{ kpi_rate(
    'marketing_qualified_leads',
    slices=['channel', 'campaign', 'landing_page', 'segment'],
    settles_after_days=var('lead_window_days'),
) }}
