{#
    One row per subscription and uninterrupted time it was paid for, by as_of: from `valid_from` to the day before `valid_to` (NULL while it
    lasts). Paying begins when the trial ends and rests in a pause; a subscription that is known to cost nothing has no such time.
#}

with

billed as (

    select
        *,
        coalesce(trial_ends_on, started_on) as billed_on,
        coalesce(paused_on, {{ far_future_date() }}) as rests_from_on

    from {{ ref('subscriptions') }}

    where
        is_counted
        and (monthly_amount is null or monthly_amount > 0)

),

stretches as (

    select
        source,
        subscription_id,
        person_key,
        plan,
        segment,
        is_end_told,
        monthly_amount,
        billed_on as valid_from,
        least(coalesce(ended_on, {{ far_future_date() }}), rests_from_on) as valid_to

    from billed

    union all

    select
        source,
        subscription_id,
        person_key,
        plan,
        segment,
        is_end_told,
        monthly_amount,
        greatest(billed_on, resumed_on) as valid_from,
        coalesce(ended_on, {{ far_future_date() }}) as valid_to

    from billed

    where resumed_on is not null

)

select
    stretches.source,
    stretches.subscription_id,
    stretches.person_key,
    stretches.plan,
    stretches.segment,
    stretches.valid_from,
    nullif(stretches.valid_to, {{ far_future_date() }}) as valid_to,
    stretches.is_end_told,
    stretches.monthly_amount

from stretches
inner join {{ source('raw', '_run') }} as run
    on stretches.valid_from <= run.as_of

where stretches.valid_from < stretches.valid_to
