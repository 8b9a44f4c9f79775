with

responses as (

    select * from {{ source('qualtrics', 'qualtrics__responses') }}

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
        coalesce(
            nps_score,
            case
                when nps_group in ('1', 'detractor') then 0
                when nps_group in ('2', 'passive') then 7
                when nps_group in ('3', 'promoter') then 10
                when nps_group = '-99' then -99
            end
        ) as score,
        10 as scale_max,
        ended_at as answered_at,
        _file

    from responses

    where nps_group is not null or nps_score is not null

    union all

    select
        response_id || ':csat' as response_id,
        email_hash,
        person_id,
        'csat' as survey_type,
        touchpoint,
        journey,
        segment,
        case
            when csat_answer in ('1', 'very dissatisfied') then 1
            when csat_answer in ('2', 'dissatisfied') then 2
            when csat_answer in ('3', 'neutral', 'neither satisfied nor dissatisfied') then 3
            when csat_answer in ('4', 'satisfied') then 4
            when csat_answer in ('5', 'very satisfied') then 5
            when csat_answer in ('0', '-99') then 0
        end as score,
        5 as scale_max,
        ended_at as answered_at,
        _file

    from responses

    where csat_answer is not null

)

select
    'qualtrics' as source,
    'qualtrics__responses' as export,
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
