{# One row per step of the journey that a known person reached in an entry into it, as told by as_of. #}

select
    steps.journey,
    {{ person_key('steps') }} as person_key,
    coalesce(steps.entry_id, '1') as entry_id,
    steps.step_number,
    steps.steps_total,
    steps.reached_at

from {{ ref('all_journey_steps') }} as steps
inner join {{ source('raw', '_run') }} as run
    on {{ local_date('steps.reached_at') }} <= run.as_of
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('steps') }}

where
    {{ person_key('steps') }} is not null
    and {{ is_a_step('steps') }}
