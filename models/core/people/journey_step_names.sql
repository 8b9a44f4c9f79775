{# One row per journey and step: what reports call it. #}

select
    journey,
    step_number,
    max(step_name) as step_name

from {{ ref('all_journey_steps') }}

group by journey, step_number
