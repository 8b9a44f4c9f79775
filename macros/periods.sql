{# The start of the period before: a rolling window's predecessor ends on the day before it begins. #}
{% macro period_before(grain, start) -%}
    case {{ grain }}
        when 'day' then {{ days_after(start, -1) }}
        when 'week' then {{ days_after(start, -7) }}
        when 'month' then cast({{ dbt.dateadd('month', -1, start) }} as date)
        when 'quarter' then cast({{ dbt.dateadd('month', -3, start) }} as date)
        when 'year' then cast({{ dbt.dateadd('year', -1, start) }} as date)
        when 'rolling_28_days' then {{ days_after(start, -28) }}
    end
{%- endmacro %}


{# The start of the same period a year ago; days, weeks and rolling windows go back 364 days, to the same weekday. #}
{% macro period_year_ago(grain, start) -%}
    case
        when {{ grain }} in ('day', 'week', 'rolling_28_days') then {{ days_after(start, -364) }}
        else cast({{ dbt.dateadd('year', -1, start) }} as date)
    end
{%- endmacro %}
