{#
    One row per subscription that began by as_of. `monthly_amount` is in the reporting currency at the rate of the day it began, so
    that exchange rates are neither churn nor growth; an end or a pause after as_of is unknown, the end of a trial is as agreed.
#}

with

ends_told as (

    {{ columns_told(['ended_on']) }}

)

select
    subscriptions.source,
    subscriptions.export,
    subscriptions.subscription_id,
    {{ person_key('subscriptions') }} as person_key,
    subscriptions.plan,
    subscriptions.segment,
    subscriptions.started_on,
    case when subscriptions.trial_ends_on > subscriptions.started_on then subscriptions.trial_ends_on end as trial_ends_on,
    case when subscriptions.paused_on <= run.as_of then subscriptions.paused_on end as paused_on,
    case
        when subscriptions.paused_on <= subscriptions.resumed_on and subscriptions.resumed_on <= run.as_of
            then subscriptions.resumed_on
    end as resumed_on,
    case when subscriptions.ended_on <= run.as_of then subscriptions.ended_on end as ended_on,
    coalesce(ends_told.tells_ended_on, 1) = 1 as is_end_told,
    subscriptions.monthly_amount * {{ rate_of('subscriptions') }} as monthly_amount

from {{ ref('all_subscriptions') }} as subscriptions
inner join {{ source('raw', '_run') }} as run
    on subscriptions.started_on <= run.as_of
left join ends_told
    on subscriptions.export = ends_told.export
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('subscriptions') }}
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        subscriptions.currency = exchange_rates.currency
        and subscriptions.started_on = exchange_rates.valid_on
