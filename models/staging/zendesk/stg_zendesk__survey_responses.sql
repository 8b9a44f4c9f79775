with

ratings as (

    select
        'zendesk' as source,
        'zendesk__satisfaction_ratings' as export,
        ticket_id as response_id,
        email_hash,
        person_id,
        'Support rating' as survey,
        'csat' as survey_type,
        'support' as touchpoint,
        {{ as_double("case when rating like 'good%' then 1 else 0 end") }} as score,
        {{ as_double('1') }} as scale_max,
        updated_at as answered_at,
        {{ absent('survey_responses', ['journey', 'segment']) }}

    from {{ source('zendesk', 'zendesk__satisfaction_ratings') }}

    where rating like 'good%' or rating like 'bad%'

)

select * from ratings
