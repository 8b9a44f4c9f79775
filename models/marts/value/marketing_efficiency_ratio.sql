with

results as (

    select
        booked_on as kpi_date,
        amount as numerator,
        0 as denominator

    from {{ ref('revenue') }}

    union all

    select
        spent_on as kpi_date,
        0 as numerator,
        amount as denominator

    from {{ ref('marketing_spend') }}

)

{{ kpi_ratio('results') }}
