with

-- Whoever began by subscribing is kept by still, or again, paying as the window ends.
first_time_subscribers as (

    select
        customers.first_paid_on as kpi_date,
        customers.channel,
        customers.segment,
        case when states.person_key is not null then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('customers') }} as customers
    left join {{ ref('customer_states') }} as states
        on
            customers.person_key = states.person_key
            {%- if var('cohort_window_days') is none %}
            and states.until_on is null
            {%- else %}
            and states.from_on <= {{ days_after('customers.first_paid_on', var('cohort_window_days')) }}
            and coalesce(states.until_on, {{ far_future_date() }})
            > {{ days_after('customers.first_paid_on', var('cohort_window_days')) }}
            {%- endif %}

    where
        customers.first_purchased_on is null
        or customers.first_paid_on < customers.first_purchased_on

),

first_time_buyers as (

    select
        first_purchased_on as kpi_date,
        channel,
        segment,
        {{ happened_within('second_purchased_at', 'first_purchased_at', var('cohort_window_days')) }} as numerator,
        1 as denominator

    from {{ ref('customers') }}

    where
        first_paid_on is null
        or first_purchased_on <= first_paid_on

),

first_time_customers as (

    select * from first_time_subscribers

    union all

    select * from first_time_buyers

)

{{ kpi_rate('first_time_customers', slices=['channel', 'segment'], settles_after_days=var('cohort_window_days')) }}
