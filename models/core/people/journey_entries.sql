{#
    One row per journey, person and entry: how far it got within the window. Reaching a step is having reached those before it. What two
    tools tell of an entry is one.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

steps as (

    select
        steps.journey,
        {{ person_key('steps') }} as person_key,
        coalesce(steps.entry_id, '1') as entry_id,
        steps.step_number,
        steps.step_name,
        steps.steps_total,
        steps.reached_at

    from {{ ref('all_journey_steps') }} as steps
    inner join run
        on {{ local_date('steps.reached_at') }} <= run.as_of
    left join {{ ref('person_ids') }} as person_ids
        on
            steps.source = person_ids.source
            and steps.person_id = person_ids.person_id

),

entered as (

    select
        journey,
        person_key,
        entry_id,
        min(reached_at) as entered_at,
        max(steps_total) as steps_total

    from steps

    where person_key is not null

    group by journey, person_key, entry_id

)

select
    entered.journey,
    entered.person_key,
    entered.entry_id,
    entered.entered_at,
    {{ local_date('entered.entered_at') }} as entered_on,
    entered.steps_total,
    max(steps.step_number) as last_step

from entered
inner join steps
    on
        entered.journey = steps.journey
        and entered.person_key = steps.person_key
        and entered.entry_id = steps.entry_id

where {{ happened_within('steps.reached_at', 'entered.entered_at', var('journey_window_days')) }} = 1

group by
    entered.journey,
    entered.person_key,
    entered.entry_id,
    entered.entered_at,
    entered.steps_total
