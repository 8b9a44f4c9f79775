{#
    What one unit of a row's currency was worth in the reporting currency; NULL without a rate (a check refuses that).
    Needs `exchange_rates` joined on currency and day.
#}
{% macro rate_of(rows, rates='exchange_rates') -%}
    case when {{ rows }}.currency = '{{ var("reporting_currency") }}' then 1.0 else {{ rates }}.rate end
{%- endmacro %}
