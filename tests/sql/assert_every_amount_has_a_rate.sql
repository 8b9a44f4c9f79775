-- An amount in a currency without a rate on its day, or in the seven before, would silently leave every sum.
with

amounts as (

    select
        'orders' as entity,
        source,
        currency,
        ordered_on as valid_on

    from {{ ref('order_reports') }}

    where gross is not null

    union all

    select
        'refunds' as entity,
        source,
        currency,
        {{ local_date('refunded_at') }} as valid_on

    from {{ ref('all_refunds') }}

    where amount is not null

    union all

    -- A closed deal is worth what it was on its day, an open one what it was when it was created.
    select
        'opportunities' as entity,
        opportunities.source,
        opportunities.currency,
        case
            when {{ local_date('opportunities.closed_at') }} <= run.as_of then {{ local_date('opportunities.closed_at') }}
            else {{ local_date('opportunities.created_at') }}
        end as valid_on

    from {{ ref('all_opportunities') }} as opportunities
    cross join {{ source('raw', '_run') }} as run

    where opportunities.amount is not null

    union all

    select
        'subscriptions' as entity,
        source,
        currency,
        started_on as valid_on

    from {{ ref('all_subscriptions') }}

    where monthly_amount is not null

    union all

    select
        'spend' as entity,
        source,
        currency,
        spent_on as valid_on

    from {{ ref('all_spend') }}

    where amount is not null

    union all

    select
        'claims' as entity,
        source,
        currency,
        claimed_on as valid_on

    from {{ ref('all_claims') }}

    where
        claim = 'revenue'
        and amount is not null

)

select
    amounts.entity,
    amounts.source,
    amounts.currency,
    min(amounts.valid_on) as first_day,
    count(*) as row_count,
    'if all money is in this currency, make it the setting reporting_currency; else give its rates as exchange_rates (docs/generic.md)'
        as what_helps

from amounts
inner join {{ source('raw', '_run') }} as run
    on amounts.valid_on <= run.as_of
left join {{ ref('exchange_rates') }} as exchange_rates
    on
        amounts.currency = exchange_rates.currency
        and amounts.valid_on = exchange_rates.valid_on

where
    coalesce(amounts.currency, '') <> '{{ var("reporting_currency") }}'
    and exchange_rates.rate is null

group by amounts.entity, amounts.source, amounts.currency
