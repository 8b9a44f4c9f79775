with

stocks as (

    select
        period_grain,
        period_start,
        days_since_end,
        segment,
        plan,
        amount_at_end as numerator

    from {{ ref('customer_stocks') }}

    where customer_basis = 'subscription'

)

{{ kpi_total('stocks', slices=['segment', 'plan'], by='period') }}
