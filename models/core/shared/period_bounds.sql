{# One row per period: where it begins and where what is known of it ends. #}

select
    period_grain,
    period_start,
    period_end,
    max(date_day) as last_day,
    days_since_end

from {{ ref('periods') }}

group by period_grain, period_start, period_end, days_since_end
