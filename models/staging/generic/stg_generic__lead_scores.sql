with

lead_scores as (

    select
        'generic' as source,
        'generic__lead_scores' as export,
        email_hash,
        person_id,
        score_model,
        score,
        scored_at

    from {{ source('generic', 'generic__lead_scores') }}

)

select * from lead_scores
