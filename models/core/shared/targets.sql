{# One row per KPI, grain, slice and first day of a target, as the company sets it. #}

select
    kpi,
    period_grain,
    dimension,
    dimension_value,
    valid_from,
    target

from {{ ref('all_targets') }}
