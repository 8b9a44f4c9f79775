with

leads as (

    select
        {{ local_date('lead_at') }} as kpi_date,
        channel,
        campaign,
        landing_page,
        segment,
        {{ happened_within('mql_at', 'lead_at', var('lead_window_days')) }} as numerator,
        1 as denominator

    from {{ ref('people') }}

    where
        lead_at is not null
        and coalesce(is_mql_measured, true)

)

{{ kpi_rate(
    'leads',
    slices=['channel', 'campaign', 'landing_page', 'segment'],
    settles_after_days=var('lead_window_days'),
) }}
