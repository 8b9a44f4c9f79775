with

-- An entry stands once at every step it reached that has a next one.
reached_steps as (

    select
        entries.entered_on as kpi_date,
        steps.journey || ' ' || {{ dbt.cast('steps.step_number', 'string') }} || coalesce(' ' || steps.step_name, '') as journey_step,
        case when entries.last_step > steps.step_number then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('journey_entries') }} as entries
    inner join {{ ref('journey_step_names') }} as steps
        on
            entries.journey = steps.journey
            and entries.last_step >= steps.step_number
            and entries.steps_total > steps.step_number

)

{{ kpi_rate('reached_steps', slices=['journey_step'], settles_after_days=var('journey_window_days')) }}
