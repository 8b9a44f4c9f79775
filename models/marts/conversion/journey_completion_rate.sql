with

entries as (

    select
        entered_on as kpi_date,
        journey,
        case when last_step >= steps_total then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('journey_entries') }}

)

{{ kpi_rate('entries', slices=['journey'], settles_after_days=var('journey_window_days')) }}
