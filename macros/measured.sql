{# A count, or NULL where the tool does not measure it: unmeasured is not zero. Reads `counted.unmeasured`, a list of words. #}
{% macro measured(count, expression) -%}
    case when counted.unmeasured not like '% {{ count }} %' then {{ expression }} end
{%- endmacro %}
