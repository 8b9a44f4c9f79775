with

stocks as (

    select
        period_grain,
        period_start,
        days_since_end,
        segment,
        plan,
        amount_at_start - amount_lost + amount_gained as numerator,
        amount_at_start as denominator

    from {{ ref('customer_stocks') }}

    where customer_basis = 'subscription'

)

{{ kpi_ratio('stocks', slices=['segment', 'plan'], by='period') }}
