with

beginnings as (

    select
        person_key,
        first_paid_on as began_on,
        channel,
        segment,
        0 as bought_again

    from {{ ref('customers') }}

    where
        first_purchased_on is null
        or first_paid_on < first_purchased_on

    union all

    select
        person_key,
        first_purchased_on as began_on,
        channel,
        segment,
        {{ happened_within('second_purchased_at', 'first_purchased_at', var('cohort_window_days')) }} as bought_again

    from {{ ref('customers') }}

    where
        first_paid_on is null
        or first_purchased_on <= first_paid_on

),

paying as (

    select
        person_key,
        valid_from,
        coalesce(valid_to, {{ far_future_date() }}) as valid_to

    from {{ ref('customer_states') }}

    where customer_basis = 'subscription'

),

-- Whether who cannot be told to have left still pays is not known.
untold as (

    select person_key

    from {{ ref('customer_states') }}

    where not is_end_told

    group by person_key

),

first_time_customers as (

    select
        beginnings.began_on as kpi_date,
        beginnings.channel,
        beginnings.segment,
        case when beginnings.bought_again = 1 or paying.person_key is not null then 1 else 0 end as numerator,
        1 as denominator

    from beginnings
    left join paying
        on
            beginnings.person_key = paying.person_key
            {%- if var('cohort_window_days') is none %}
            and paying.valid_to = {{ far_future_date() }}
            {%- else %}
            and paying.valid_from <= {{ days_after('beginnings.began_on', var('cohort_window_days')) }}
            and paying.valid_to > {{ days_after('beginnings.began_on', var('cohort_window_days')) }}
            {%- endif %}

    left join untold
        on beginnings.person_key = untold.person_key

    where untold.person_key is null

)

{{ kpi_rate('first_time_customers', slices=['channel', 'segment'], settles_after_days=var('cohort_window_days')) }}
