{# One row per KPI, sector, grain, publisher and year of a published figure. #}

select
    kpi,
    sector,
    period_grain,
    value,
    publisher as source,
    year,
    url

from {{ ref('all_benchmarks') }}
