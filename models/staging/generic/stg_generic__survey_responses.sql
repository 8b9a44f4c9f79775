with

survey_responses as (

    select
        'generic' as source,
        'generic__survey_responses' as export,
        response_id,
        email_hash,
        person_id,
        survey,
        survey_type,
        touchpoint,
        journey,
        segment,
        score,
        scale_min,
        coalesce(scale_max, case survey_type when 'csat' then 5 when 'nps' then 10 end) as scale_max,
        answered_at

    from {{ source('generic', 'generic__survey_responses') }}

)

select * from survey_responses
