with

costs as (

    select
        spent_on as kpi_date,
        channel,
        amount as numerator,
        0 as denominator

    from {{ ref('spend') }}

    union all

    select
        customer_on as kpi_date,
        channel,
        0 as numerator,
        1 as denominator

    from {{ ref('customers') }}

)

{{ kpi_ratio('costs', slices=['channel']) }}
