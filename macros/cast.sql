{# dbt's own `cast`, which contracts use too, with one name per type on every target. #}
{% macro default__cast(field, type) -%}
    cast({{ field }} as {{ type_name(type) }})
{%- endmacro %}


{#
    A type of the declarations by the target's name: PostgreSQL calls the 64-bit float `double precision` and has no
    `string`; Spark has no text but `string`, and a `timestamp` of its means an instant; dbt.type_float() is 32 bits there.
#}
{% macro type_name(type) -%}
    {{ return(adapter.dispatch('type_name', 'marketing_kpis')(type)) }}
{%- endmacro %}

{% macro duckdb__type_name(type) -%}
    {{ return({'string': 'varchar'}.get(type, type)) }}
{%- endmacro %}

{% macro postgres__type_name(type) -%}
    {{ return({'double': 'double precision', 'string': 'text', 'varchar': 'text'}.get(type, type)) }}
{%- endmacro %}

{% macro spark__type_name(type) -%}
    {{ return({'varchar': 'string'}.get(type, type)) }}
{%- endmacro %}


{# A type of the declarations for a table's column, by the target's name: there it says how texts compare. #}
{% macro column_type(type) -%}
    {{ return(adapter.dispatch('column_type', 'marketing_kpis')(type)) }}
{%- endmacro %}

{% macro default__column_type(type) -%}
    {{ return(type_name(type)) }}
{%- endmacro %}

{% macro postgres__column_type(type) -%}
    {%- set name = type_name(type) -%}
    {{ return(name ~ postgres__collate() if name == 'text' else name) }}
{%- endmacro %}

{# How texts compare on PostgreSQL, whatever the database's own collation: by code point, as on the other engines. #}
{% macro postgres__collate() -%}
    {{ return(' collate "' ~ env_var('MARKETING_KPIS_PG_COLLATION', 'C') ~ '"') }}
{%- endmacro %}


{# An expression as a 64-bit float. #}
{% macro as_double(expression) -%}
    {{ dbt.cast(expression, 'double') }}
{%- endmacro %}


{# A number as text, to nine places: engines print a 64-bit float each in its own way (`42.0` or `42`, `0.0002` or `2.0E-4`). #}
{% macro number_text(expression) -%}
    {%- set places = dbt.cast(dbt.cast(expression, 'decimal(38, 9)'), 'string') -%}
    trim(trailing '.' from trim(trailing '0' from {{ places }}))
{%- endmacro %}
