with

customers_at_start as (

    select
        period_grain,
        period_start,
        days_since_end,
        segment,
        0 as numerator,
        customers_at_start as denominator

    from {{ ref('customer_stocks') }}

),

new_customers as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        customers.segment,
        count(*) as numerator,
        0 as denominator

    from {{ ref('customers') }} as customers
    inner join {{ ref('periods') }} as periods
        on customers.customer_on = periods.date_day

    group by periods.period_grain, periods.period_start, periods.days_since_end, customers.segment

),

acquisitions as (

    select * from customers_at_start

    union all

    select * from new_customers

)

{{ kpi_ratio('acquisitions', slices=['segment'], by='period') }}
