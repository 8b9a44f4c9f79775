{#
    The promises of the KPI shape, checked on `kpi.kpis`, so that each view is evaluated once; on the view itself where `kpis` is not
    built in the same run. Returns the rows that break one, with the promise's name.

    kpi: name of the KPI; low, high: bounds of its value (absent = none).
#}
{% test is_kpi(model, kpi=none, low=none, high=none) %}

{%- set kpis = ref('kpis') -%}
{%- set is_standing = not execute or selected_resources | select('in', ['model.' ~ project_name ~ '.kpis']) | list -%}

with

kpi_rows as (

    select * from {{ kpis if is_standing else model }}

    where kpi = '{{ kpi or model.name }}'

),

broken as (

    select
        'a key stands twice' as promise,
        period_grain,
        period_start,
        dimension,
        dimension_value,
        max(value) as value

    from kpi_rows

    group by period_grain, period_start, dimension, dimension_value

    having count(*) > 1

    union all

    select
        case
            when period_grain not in ('day', 'week', 'month', 'quarter', 'year', 'rolling_28_days') then 'unknown grain'
            when dimension is null or dimension_value is null or period_start is null then 'no key'
            when value is null and numerator is not null and denominator is distinct from 0 then 'no value on a base'
            when denominator = 0 and value is not null then 'a value without a base'
            when value in ({{ as_double("'nan'") }}, {{ as_double("'infinity'") }}, {{ as_double("'-infinity'") }}) then 'not a number'
            when value_low > value + 0.000000001 or value_high < value - 0.000000001 then 'value outside its interval'
            {%- if low is not none %}
            when value < {{ low }} then 'below {{ low }}'
            {%- endif %}
            {%- if high is not none %}
            when value > {{ high }} then 'above {{ high }}'
            {%- endif %}
        end as promise,
        period_grain,
        period_start,
        dimension,
        dimension_value,
        value

    from kpi_rows

)

select * from broken

where promise is not null

{% endtest %}
