with

stocks as (

    select
        period_grain,
        period_start,
        days_since_end,
        segment,
        plan,
        customers_at_start - customers_lost as numerator,
        customers_at_start as denominator

    from {{ ref('customer_stocks') }}

)

{{ kpi_rate('stocks', slices=['segment', 'plan'], by='period') }}
