{#
    One row per journey, person and entry: how far it got within the window. Reaching a step is having reached those before it. What two
    tools tell of an entry is one.
#}

with

entered as (

    select
        journey,
        person_key,
        entry_id,
        min(reached_at) as entered_at,
        max(steps_total) as steps_total

    from {{ ref('journey_steps') }}

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
inner join {{ ref('journey_steps') }} as steps
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
