{#
    One row per customer state and one per subscription: what is held from when to when, in which plan and segment, and when the holder
    ceased to be a customer. Amounts are decimals, so that what opens and closes cancels to the last digit.
#}

select
    states.person_key,
    states.judged_by,
    {{ slice_value('states.plan') }} as plan,
    {{ slice_value('states.segment') }} as segment,
    states.from_on,
    states.until_on,
    spans.until_on as lost_on,
    1 as customers,
    cast(0 as decimal(28, 10)) as customer_amount,
    cast(0 as decimal(28, 10)) as monthly_amount

from {{ ref('customer_states') }} as states
inner join {{ ref('customer_spans') }} as spans
    on
        states.person_key = spans.person_key
        and states.span_number = spans.span_number

union all

select
    subscriptions.person_key,
    'subscription' as judged_by,
    {{ slice_value('subscriptions.plan') }} as plan,
    {{ slice_value('coalesce(subscriptions.segment, customers.segment, people.segment)') }} as segment,
    subscriptions.started_on as from_on,
    subscriptions.ended_on as until_on,
    spans.until_on as lost_on,
    0 as customers,
    -- An unknown person is no customer that could be lost.
    cast(
        case when subscriptions.person_key is not null then coalesce(subscriptions.monthly_amount, 0) else 0 end as decimal(28, 10)
    ) as customer_amount,
    cast(coalesce(subscriptions.monthly_amount, 0) as decimal(28, 10)) as monthly_amount

from {{ ref('subscriptions') }} as subscriptions
-- A subscription's first day begins a state of its person.
left join {{ ref('customer_states') }} as states
    on
        subscriptions.person_key = states.person_key
        and subscriptions.started_on = states.from_on
left join {{ ref('customer_spans') }} as spans
    on
        states.person_key = spans.person_key
        and states.span_number = spans.span_number
left join {{ ref('customers') }} as customers
    on subscriptions.person_key = customers.person_key
left join {{ ref('people') }} as people
    on subscriptions.person_key = people.person_key

where
    subscriptions.ended_on is null
    or subscriptions.started_on < subscriptions.ended_on
