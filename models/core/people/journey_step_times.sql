{#
    One row per journey, person, entry and step reached within the window: when it was reached first, and how long after it the next that was
    reached. A later step reached before it, or with it, took no time that anybody measured.
#}

with

reached as (

    select
        entries.journey,
        entries.person_key,
        entries.entry_id,
        entries.entered_on,
        steps.step_number,
        min(steps.reached_at) as reached_at

    from {{ ref('journey_entries') }} as entries
    inner join {{ ref('journey_steps') }} as steps
        on
            entries.journey = steps.journey
            and entries.person_key = steps.person_key
            and entries.entry_id = steps.entry_id

    where {{ happened_within('steps.reached_at', 'entries.entered_at', var('journey_window_days')) }} = 1

    group by entries.journey, entries.person_key, entries.entry_id, entries.entered_on, steps.step_number

),

followed as (

    select
        *,
        lead(reached_at) over (
            partition by journey, person_key, entry_id
            order by step_number
        ) as next_reached_at

    from reached

)

select
    journey,
    person_key,
    entry_id,
    entered_on,
    step_number,
    reached_at,
    case
        when next_reached_at > reached_at
            then {{ as_double(dbt.datediff('reached_at', 'next_reached_at', 'second')) }} / 3600
    end as hours_to_next

from followed
