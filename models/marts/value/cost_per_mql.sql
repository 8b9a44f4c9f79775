with

costs_and_qualified_leads as (

    select
        spent_on as kpi_date,
        channel,
        campaign,
        amount as numerator,
        0 as denominator

    from {{ ref('marketing_spend') }}

    where is_campaign_spend

    union all

    select
        {{ local_date('mql_at') }} as kpi_date,
        channel,
        campaign,
        0 as numerator,
        1 as denominator

    from {{ ref('people') }}

    where mql_at is not null

)

{{ kpi_ratio('costs_and_qualified_leads', slices=['channel', 'campaign']) }}
