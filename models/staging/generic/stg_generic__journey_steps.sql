with

journey_steps as (

    select
        'generic' as source,
        'generic__journey_steps' as export,
        journey,
        email_hash,
        person_id,
        coalesce(entry_id, '1') as entry_id,
        step_number,
        step_name,
        steps_total,
        reached_at

    from {{ source('generic', 'generic__journey_steps') }}

)

select * from journey_steps
