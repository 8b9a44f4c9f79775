{#
    One row per subscription that began by as_of. `monthly_amount` is in the reporting currency at the rate of the day it began, so
    that exchange rates are neither churn nor growth; an end or a pause after as_of is unknown, the end of a trial is as agreed. Two tools
    tell of one subscription where the days it began are at most one apart and the person is the same and id or amount agree (or one tells
    no amount), or, of a person that one of them does not know, the id; each of a tool's is one of another's at most. Of them stands who
    tells of ends, then who tells of the amount, then the better-ranked (lookup `precedence`, then the tool's name), with the other's person
    where it names none.
#}

with

ends_told as (

    {{ columns_told(['ended_on']) }}

),

reported as (

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
        subscriptions.monthly_amount * {{ rate_of('subscriptions') }} as monthly_amount,
        subscriptions.monthly_amount as told_amount,
        subscriptions.currency,
        coalesce(precedence.rank, 100) as report_rank

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
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'subscriptions'
            and subscriptions.export = precedence.export

),

placed as (

    select
        *,
        case when is_end_told then 0 else 2 end + case when told_amount is null then 1 else 0 end as missing

    from reported

),

same_subscriptions as (

    select
        placed.source,
        placed.subscription_id,
        placed.missing,
        placed.report_rank,
        others.source as twin_source,
        others.subscription_id as twin_subscription_id,
        others.missing as twin_missing,
        others.report_rank as twin_rank,
        case when placed.subscription_id = others.subscription_id then 0 else 1 end as other_id,
        abs({{ days_between('placed.started_on', 'others.started_on') }}) as days_apart,
        coalesce(abs(placed.told_amount - others.told_amount), 0.0) as difference

    from placed
    inner join placed as others
        on
            placed.person_key = others.person_key
            and placed.source <> others.source
            and abs({{ days_between('placed.started_on', 'others.started_on') }}) <= 1
            and (
                placed.subscription_id = others.subscription_id
                or placed.told_amount is null
                or others.told_amount is null
                or (
                    placed.currency = others.currency
                    and abs(placed.told_amount - others.told_amount) <= 0.01 * abs(others.told_amount)
                )
            )

    union all

    select
        placed.source,
        placed.subscription_id,
        placed.missing,
        placed.report_rank,
        others.source as twin_source,
        others.subscription_id as twin_subscription_id,
        others.missing as twin_missing,
        others.report_rank as twin_rank,
        0 as other_id,
        0 as days_apart,
        0.0 as difference

    from placed
    inner join placed as others
        on
            placed.subscription_id = others.subscription_id
            and placed.source <> others.source
            and (placed.person_key is null or others.person_key is null)
            and abs({{ days_between('placed.started_on', 'others.started_on') }}) <= 1

),

matched as (

    {{ one_for_one('same_subscriptions', 'subscription_id', 'other_id, days_apart, difference') }}

),

ranked as (

    select
        source,
        subscription_id,
        twin_source,
        twin_subscription_id,
        row_number() over (
            partition by source, subscription_id
            order by twin_missing, twin_rank, twin_source, twin_subscription_id
        ) as row_rank

    from matched

    where
        missing > twin_missing
        or (missing = twin_missing and report_rank > twin_rank)
        or (missing = twin_missing and report_rank = twin_rank and source > twin_source)

),

twins as (

    select * from ranked

    where row_rank = 1

),

persons as (

    {{ persons_of_twins('placed', 'subscription_id') }}

)

select
    placed.source,
    placed.export,
    placed.subscription_id,
    coalesce(placed.person_key, persons.person_key) as person_key,
    placed.plan,
    placed.segment,
    placed.started_on,
    placed.trial_ends_on,
    placed.paused_on,
    placed.resumed_on,
    placed.ended_on,
    placed.is_end_told,
    placed.monthly_amount,
    twins.subscription_id is null as is_counted

from placed
left join twins
    on
        placed.source = twins.source
        and placed.subscription_id = twins.subscription_id
left join persons
    on
        placed.source = persons.source
        and placed.subscription_id = persons.subscription_id
