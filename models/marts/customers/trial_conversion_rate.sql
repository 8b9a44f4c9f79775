with

paying as (

    select
        source,
        subscription_id

    from {{ ref('paid_times') }}

    group by source, subscription_id

),

trials as (

    select
        subscriptions.trial_ends_on as kpi_date,
        subscriptions.plan,
        coalesce(subscriptions.segment, people.segment) as segment,
        case when paying.subscription_id is not null then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('subscriptions') }} as subscriptions
    left join paying
        on
            subscriptions.source = paying.source
            and subscriptions.subscription_id = paying.subscription_id
    left join {{ ref('people') }} as people
        on subscriptions.person_key = people.person_key

    where
        subscriptions.trial_ends_on is not null
        and subscriptions.is_counted
        and subscriptions.is_end_told
        and (subscriptions.monthly_amount is null or subscriptions.monthly_amount > 0)

)

{{ kpi_rate('trials', slices=['segment', 'plan']) }}
