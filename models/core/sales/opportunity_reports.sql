{#
    One row per sales opportunity as a tool reports it and as it was known on the last day. Two tools tell of the same sale where the person is
    the same, the amounts are within 1 %, and both closed alike within 7 days of each other, or both are open and were created within
    7 days; or, of a person that one of them does not know, where amount, outcome and both days are the same; each of a tool's is one of
    another's at most. The better-ranked report stands (lookup `precedence`, then the tool's name), with the other's person where it names none.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

reported as (

    select
        opportunities.source,
        opportunities.export,
        opportunities.opportunity_id,
        opportunities.order_id,
        {{ latest_moment('opportunities.created_at') }} as created_at,
        {{ latest_moment('opportunities.closed_at') }} as closed_at,
        opportunities.outcome,
        opportunities.amount,
        opportunities.currency,
        opportunities.pipeline,
        opportunities.channel,
        opportunities.campaign,
        {{ person_key('opportunities') }} as person_key,
        {{ local_date('opportunities.created_at') }} as created_on,
        {{ local_date('opportunities.closed_at') }} as closed_on

    from {{ ref('all_opportunities') }} as opportunities
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('opportunities') }}

),

known as (

    select
        reported.source,
        reported.export,
        reported.opportunity_id,
        reported.person_key,
        reported.order_id as named_order_id,
        reported.created_at,
        reported.created_on,
        case when reported.closed_on <= run.as_of then reported.closed_at end as closed_at,
        case when reported.closed_on <= run.as_of then reported.closed_on end as closed_on,
        case when reported.closed_on <= run.as_of then reported.outcome end as outcome,
        reported.amount * {{ rate_of('reported') }} as amount,
        reported.pipeline,
        reported.channel,
        coalesce(precedence.rank, 100) as report_rank,
        coalesce(names.campaign, reported.campaign) as campaign

    from reported
    inner join run
        on reported.created_on <= run.as_of
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            reported.currency = exchange_rates.currency
            -- An open deal's amount is worth what it was when the deal was created.
            and case when reported.closed_on <= run.as_of then reported.closed_on else reported.created_on end = exchange_rates.valid_on
    left join {{ ref('campaign_names') }} as names
        on
            reported.source = names.source
            and reported.campaign = names.alias
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'opportunities'
            and reported.export = precedence.export

),

same_sales as (

    select
        known.source,
        known.opportunity_id,
        known.report_rank,
        others.source as twin_source,
        others.opportunity_id as twin_opportunity_id,
        others.report_rank as twin_rank,
        abs(
            {{ days_between('coalesce(known.closed_on, known.created_on)', 'coalesce(others.closed_on, others.created_on)') }}
        ) as days_apart,
        abs(known.amount - others.amount) as difference

    from known
    inner join known as others
        on
            known.person_key = others.person_key
            and known.source <> others.source
            and coalesce(known.outcome, 'open') = coalesce(others.outcome, 'open')
            and abs(known.amount - others.amount) <= 0.01 * abs(others.amount)
            and abs({{ days_between('coalesce(known.closed_on, known.created_on)', 'coalesce(others.closed_on, others.created_on)') }}) <= 7

    union all

    -- A report of opportunities names no contact.
    select
        known.source,
        known.opportunity_id,
        known.report_rank,
        others.source as twin_source,
        others.opportunity_id as twin_opportunity_id,
        others.report_rank as twin_rank,
        0 as days_apart,
        0.0 as difference

    from known
    inner join known as others
        on
            known.created_on = others.created_on
            and known.amount = others.amount
            and known.source <> others.source
            and (known.person_key is null or others.person_key is null)
            and coalesce(known.outcome, 'open') = coalesce(others.outcome, 'open')
            and coalesce(known.closed_on, known.created_on) = coalesce(others.closed_on, others.created_on)

),

matched as (

    {{ one_for_one('same_sales', 'opportunity_id', 'days_apart, difference') }}

),

ranked as (

    select
        source,
        opportunity_id,
        twin_source,
        twin_opportunity_id,
        row_number() over (
            partition by source, opportunity_id
            order by twin_rank, twin_source, twin_opportunity_id
        ) as row_rank

    from matched

    where
        report_rank > twin_rank
        or (report_rank = twin_rank and source > twin_source)

),

twins as (

    select * from ranked

    where row_rank = 1

),

persons as (

    {{ persons_of_twins('known', 'opportunity_id') }}

)

select
    known.source,
    known.export,
    known.opportunity_id,
    coalesce(known.person_key, persons.person_key) as person_key,
    known.named_order_id,
    known.created_at,
    known.created_on,
    known.closed_at,
    known.closed_on,
    known.outcome,
    known.amount,
    known.pipeline,
    known.channel,
    known.campaign,
    twins.opportunity_id is null as is_counted

from known
left join twins
    on
        known.source = twins.source
        and known.opportunity_id = twins.opportunity_id
left join persons
    on
        known.source = persons.source
        and known.opportunity_id = persons.opportunity_id
