{#
    dbt's own `cast`, which contracts use too, with one name per type on every target: PostgreSQL calls the
    64-bit float `double precision` and has no `string`; dbt.type_float() is 32 bits on Spark.
#}
{% macro postgres__cast(field, type) -%}
    cast({{ field }} as {{ {'double': 'double precision', 'string': 'text', 'varchar': 'text'}.get(type, type) }})
{%- endmacro %}

{% macro duckdb__cast(field, type) -%}
    cast({{ field }} as {{ {'string': 'varchar'}.get(type, type) }})
{%- endmacro %}

{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{ {'varchar': 'string'}.get(type, type) }})
{%- endmacro %}


{# An expression as a 64-bit float. #}
{% macro as_double(expression) -%}
    {{ dbt.cast(expression, 'double') }}
{%- endmacro %}
