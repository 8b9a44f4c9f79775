{#
    One row per subscription that began by as_of. `monthly_amount` is in the reporting currency at the rate of the day it began, so
    that exchange rates are neither churn nor growth; an end after as_of is unknown.
#}

select
    subscriptions.source,
    subscriptions.subscription_id,
    {{ person_key('subscriptions') }} as person_key,
    subscriptions.plan,
    subscriptions.segment,
    subscriptions.started_on,
    case when subscriptions.ended_on <= run.as_of then subscriptions.ended_on end as ended_on,
    subscriptions.monthly_amount * {{ rate_of('subscriptions') }} as monthly_amount

from {{ ref('all_subscriptions') }} as subscriptions
inner join {{ source('raw', '_run') }} as run
    on subscriptions.started_on <= run.as_of
left join {{ ref('person_ids') }} as person_ids
    on
        subscriptions.source = person_ids.source
        and subscriptions.person_id = person_ids.person_id
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        subscriptions.currency = exchange_rates.currency
        and subscriptions.started_on = exchange_rates.valid_on
