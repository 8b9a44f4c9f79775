with

-- From each stage to the one that follows; no number of days where one of the two was not reached.
stage_times as (
    {% for stage, next_stage in [('lead', 'mql'), ('mql', 'sql'), ('sql', 'opportunity'), ('opportunity', 'customer')] %}
    select
        {{ local_date(next_stage ~ '_at') }} as kpi_date,
        '{{ stage }} to {{ next_stage }}' as lead_stage,
        channel,
        {{ days_between(local_date(stage ~ '_at'), local_date(next_stage ~ '_at')) }} as numerator,
        1 as denominator

    from {{ ref('people') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

forward_times as (

    select * from stage_times

    where numerator >= 0

)

{{ kpi_median('forward_times', slices=['lead_stage', 'channel']) }}
