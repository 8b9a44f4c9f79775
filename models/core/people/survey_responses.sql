{#
    One row per answer to a satisfaction or recommendation question, given by as_of and on its scale. The same answer told by two
    exports (same person, kind of question and second) counts once: the export of the best rank stands (lookup `precedence`).
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

answers as (

    select
        responses.source,
        responses.export,
        responses.response_id,
        {{ person_key('responses') }} as person_key,
        responses.survey,
        responses.survey_type,
        responses.touchpoint,
        responses.journey,
        responses.segment,
        responses.score,
        {{ lowest_score('responses') }} as scale_min,
        responses.scale_max,
        responses.answered_at,
        {{ local_date('responses.answered_at') }} as answered_on,
        coalesce(precedence.rank, 100) as export_rank

    from {{ ref('all_survey_responses') }} as responses
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('responses') }}
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'survey_responses'
            and responses.export = precedence.export

),

-- Exports of one rank tell of one answer all the same: then the first by name stands.
ranked as (

    select
        answers.*,
        first_value(answers.export) over (
            partition by answers.person_key, answers.survey_type, answers.answered_at
            order by answers.export_rank, answers.export
        ) as best_export

    from answers
    inner join run
        on answers.answered_on <= run.as_of

    where
        answers.score >= answers.scale_min
        and answers.score <= answers.scale_max

)

select
    source,
    export,
    response_id,
    person_key,
    survey,
    survey_type,
    touchpoint,
    journey,
    segment,
    score,
    scale_min,
    scale_max,
    answered_at,
    answered_on,
    person_key is null or export = best_export as is_counted

from ranked
