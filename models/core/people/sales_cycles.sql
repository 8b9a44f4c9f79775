{#
    One row per won deal: how long it took. A person's first deal began when the person became a lead, a later one, or one of nobody
    who was a lead, when it was created.
#}

with

deals as (

    select
        opportunities.source,
        opportunities.opportunity_id,
        opportunities.closed_on,
        opportunities.created_on,
        opportunities.outcome,
        opportunities.channel,
        opportunities.pipeline,
        people.lead_at,
        case
            when opportunities.person_key is not null then
                row_number() over (
                    partition by opportunities.person_key
                    order by opportunities.created_at, opportunities.source, opportunities.opportunity_id
                )
        end as deal_number

    from {{ ref('opportunities') }} as opportunities
    left join {{ ref('people') }} as people
        on opportunities.person_key = people.person_key

),

begun as (

    select
        source,
        opportunity_id,
        closed_on as won_on,
        channel,
        pipeline,
        case when deal_number = 1 then coalesce({{ local_date('lead_at') }}, created_on) else created_on end as began_on

    from deals

    where outcome = 'won'

)

select
    source,
    opportunity_id,
    began_on,
    won_on,
    {{ dbt.cast(days_between('began_on', 'won_on'), 'bigint') }} as days_to_win,
    channel,
    pipeline

from begun
