with

responses as (

    select
        *,
        coalesce(submitted_at, staged_at, started_at) as answered_at,
        case csat_answer
            when 'very dissatisfied' then '1'
            when 'dissatisfied' then '2'
            when 'neutral' then '3'
            when 'neither satisfied nor dissatisfied' then '3'
            when 'satisfied' then '4'
            when 'very satisfied' then '5'
            else csat_answer
        end as csat_score

    from {{ source('typeform', 'typeform__responses') }}

),

answers as (

    select
        response_id || ':nps' as response_id,
        email_hash,
        person_id,
        'nps' as survey_type,
        touchpoint,
        journey,
        segment,
        nps_answer as score,
        10 as scale_max,
        answered_at,
        _file

    from responses

    where nps_answer is not null

    union all

    select
        response_id || ':csat' as response_id,
        email_hash,
        person_id,
        'csat' as survey_type,
        touchpoint,
        journey,
        segment,
        csat_score as score,
        5 as scale_max,
        answered_at,
        _file

    from responses

    where csat_answer is not null

)

select
    'typeform' as source,
    'typeform__responses' as export,
    response_id,
    email_hash,
    person_id,
    {{ dbt.split_part(dbt.split_part('_file', "'/'", 2), "'.'", 1) }} as survey,
    survey_type,
    touchpoint,
    journey,
    segment,
    {{ as_double('score') }} as score,
    {{ as_double('scale_max') }} as scale_max,
    answered_at

from answers
