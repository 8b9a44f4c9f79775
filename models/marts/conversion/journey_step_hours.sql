with

-- The time from a step to the next one reached, of every entry that got so far.
step_times as (

    select
        times.entered_on as kpi_date,
        times.journey,
        steps.journey || ' ' || {{ dbt.cast('steps.step_number', 'string') }} || coalesce(' ' || steps.step_name, '') as journey_step,
        times.hours_to_next as numerator,
        1 as denominator

    from {{ ref('journey_step_times') }} as times
    inner join {{ ref('journey_step_names') }} as steps
        on
            times.journey = steps.journey
            and times.step_number = steps.step_number

)

{{ kpi_median('step_times', slices=['journey', 'journey_step'], settles_after_days=var('journey_window_days')) }}
