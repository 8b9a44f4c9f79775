with

first_time_customers as (

    select
        first_purchased_on as kpi_date,
        channel,
        segment,
        {{ happened_within('second_purchased_at', 'first_purchased_at', var('cohort_window_days')) }} as numerator,
        1 as denominator

    from {{ ref('customers') }}

)

{{ kpi_rate('first_time_customers', slices=['channel', 'segment'], settles_after_days=var('cohort_window_days')) }}
