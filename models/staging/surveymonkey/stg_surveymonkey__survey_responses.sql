with

answers as (

    select
        respondent_id || ':nps' as response_id,
        email_hash,
        'nps' as survey_type,
        touchpoint,
        journey,
        segment,
        case
            when nps_answer like '%not at all likely%' then '0'
            when nps_answer like '%extremely likely%' then '10'
            else nps_answer
        end as score,
        10 as scale_max,
        coalesce(ended_at, started_at) as answered_at,
        _file

    from {{ source('surveymonkey', 'surveymonkey__responses') }}

    where nps_answer is not null

    union all

    select
        respondent_id || ':csat' as response_id,
        email_hash,
        'csat' as survey_type,
        touchpoint,
        journey,
        segment,
        case csat_answer
            when 'very dissatisfied' then '1'
            when 'dissatisfied' then '2'
            when 'neutral' then '3'
            when 'neither satisfied nor dissatisfied' then '3'
            when 'satisfied' then '4'
            when 'very satisfied' then '5'
            else csat_answer
        end as score,
        5 as scale_max,
        coalesce(ended_at, started_at) as answered_at,
        _file

    from {{ source('surveymonkey', 'surveymonkey__responses') }}

    where csat_answer is not null

)

select
    'surveymonkey' as source,
    'surveymonkey__responses' as export,
    response_id,
    email_hash,
    {{ dbt.split_part(dbt.split_part('_file', "'/'", 2), "'.'", 1) }} as survey,
    survey_type,
    touchpoint,
    journey,
    segment,
    {{ as_double('score') }} as score,
    {{ as_double('scale_max') }} as scale_max,
    answered_at,
    {{ absent('survey_responses', ['person_id']) }}

from answers
