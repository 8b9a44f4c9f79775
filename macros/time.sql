{# A UTC timestamp as wall-clock time in the reporting time zone. #}
{% macro local_time(timestamp) -%}
    {{ return(adapter.dispatch('local_time', 'marketing_kpis')(timestamp)) }}
{%- endmacro %}

{% macro default__local_time(timestamp) -%}
    {{ return(timestamp if var('reporting_timezone') == 'UTC' else "timezone('" ~ var('reporting_timezone') ~ "', timezone('UTC', " ~ timestamp ~ "))") }}
{%- endmacro %}

{% macro spark__local_time(timestamp) -%}
    {#- Spark gives an instant, whose clock in the session's zone, UTC, is the one asked for. -#}
    {{ return(timestamp if var('reporting_timezone') == 'UTC' else "cast(from_utc_timestamp(" ~ timestamp ~ ", '" ~ var('reporting_timezone') ~ "') as timestamp)") }}
{%- endmacro %}


{# Wall-clock time of the reporting time zone as a UTC timestamp; a time that a clock change skips is the next that there is. #}
{% macro utc_time(local) -%}
    {{ return(adapter.dispatch('utc_time', 'marketing_kpis')(local)) }}
{%- endmacro %}

{% macro default__utc_time(local) -%}
    {{ return(local if var('reporting_timezone') == 'UTC' else "timezone('UTC', timezone('" ~ var('reporting_timezone') ~ "', " ~ local ~ "))") }}
{%- endmacro %}

{% macro spark__utc_time(local) -%}
    {{ return(local if var('reporting_timezone') == 'UTC' else "cast(to_utc_timestamp(" ~ local ~ ", '" ~ var('reporting_timezone') ~ "') as timestamp)") }}
{%- endmacro %}


{# The UTC timestamp at which a date begins in the reporting time zone: what a date without a time is, wherever it is read. #}
{% macro start_of_day(date) -%}
    {{ utc_time('cast(' ~ date ~ ' as timestamp)') }}
{%- endmacro %}


{#
    When something happened at the latest: a UTC timestamp, but the last second of its day in the reporting time zone where that
    day's first moment says that the date alone is known.
#}
{% macro latest_moment(timestamp) -%}
    {%- set local = local_time(timestamp) -%}
    case
        when {{ local }} = {{ dbt.date_trunc('day', local) }}
            then {{ utc_time('cast(' ~ dbt.dateadd('second', 86399, local) ~ ' as timestamp)') }}
        else {{ timestamp }}
    end
{%- endmacro %}


{# The last second of a date in the reporting time zone, as a UTC timestamp: when something known by its day alone has happened at the latest. #}
{% macro end_of_day(date) -%}
    {{ utc_time('cast(' ~ dbt.dateadd('second', 86399, 'cast(' ~ date ~ ' as timestamp)') ~ ' as timestamp)') }}
{%- endmacro %}


{# The reporting zone's date of a UTC timestamp. #}
{% macro local_date(timestamp) -%}
    cast({{ local_time(timestamp) }} as date)
{%- endmacro %}


{# A date moved by a number of days (an expression). #}
{% macro days_after(date, days) -%}
    cast({{ dbt.dateadd('day', days, date) }} as date)
{%- endmacro %}


{# A UTC timestamp moved by a number of days of 24 hours (an expression); none = without end. #}
{% macro time_after(timestamp, days) -%}
    {{ far_future() if days is none else 'cast(' ~ dbt.dateadd('day', days, timestamp) ~ ' as timestamp)' }}
{%- endmacro %}


{# Whole days from one date to another. #}
{% macro days_between(first_date, second_date) -%}
    {{ dbt.datediff(first_date, second_date, 'day') }}
{%- endmacro %}


{# The first day of the period (week: the ISO week's Monday) that holds a date. #}
{% macro start_of(period, date) -%}
    cast({{ dbt.date_trunc(period, date) }} as date)
{%- endmacro %}


{# The English name of a date's weekday. #}
{% macro weekday_name(date) -%}
    case {{ days_between(start_of('week', date), date) }}
        {%- for name in ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] %}
        when {{ loop.index0 }} then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}


{# The earlier of two timestamps; the one there is where the other is NULL. #}
{% macro earliest(first, second) -%}
    case
        when {{ first }} <= {{ second }} then {{ first }}
        else coalesce({{ second }}, {{ first }})
    end
{%- endmacro %}


{# A timestamp later than any in the data, for ordering NULLs last on every target. #}
{% macro far_future() -%}
    cast('9999-12-31' as timestamp)
{%- endmacro %}


{# A date later than any in the data, for what has not ended. #}
{% macro far_future_date() -%}
    cast('9999-12-31' as date)
{%- endmacro %}


{#
    1 where an event came within `days` calendar days (reporting zone) after its start, on the same day included; else 0. NULL days = so far.
#}
{% macro happened_within(event_at, start_at, days) -%}
    case
        when {{ event_at }} is null then 0
        when {{ days_between(local_date(start_at), local_date(event_at)) }} < 0 then 0
        {%- if days is not none %}
        when {{ days_between(local_date(start_at), local_date(event_at)) }} > {{ days }} then 0
        {%- endif %}
        else 1
    end
{%- endmacro %}
