{#
    One row per lead and score model: the last score within 7 days after the lead date and before the lead became a customer, and
    whether that happened within the window.
#}

with

scores as (

    select
        {{ person_key('lead_scores') }} as person_key,
        lead_scores.score_model,
        lead_scores.score,
        lead_scores.scored_at

    from {{ ref('all_lead_scores') }} as lead_scores
    inner join {{ source('raw', '_run') }} as run
        on {{ local_date('lead_scores.scored_at') }} <= run.as_of
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('lead_scores') }}

),

ranked as (

    select
        people.person_key,
        {{ local_date('people.lead_at') }} as lead_on,
        scores.score_model,
        scores.score,
        {{ happened_within('people.customer_at', 'people.lead_at', var('lead_window_days')) }} as converted,
        row_number() over (
            partition by people.person_key, scores.score_model
            order by scores.scored_at desc, scores.score desc
        ) as age_rank

    from {{ ref('people') }} as people
    inner join scores
        on people.person_key = scores.person_key

    where
        people.lead_at is not null
        and {{ local_date('scores.scored_at') }} >= {{ local_date('people.lead_at') }}
        and {{ local_date('scores.scored_at') }} <= {{ days_after(local_date('people.lead_at'), 7) }}
        and (people.customer_at is null or scores.scored_at < people.customer_at)

)

select
    person_key,
    score_model,
    lead_on,
    score,
    converted

from ranked

where age_rank = 1
