{#
    dbt-postgres 1.11 writes the types of contracts and seeds as they are declared: PostgreSQL knows no `double`, and would compare texts
    by the database's own collation, so that ranks differ from one server to the next. Here are the columns of a contract.
#}
{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- do columns.update({name: dict(column, data_type=column_type(column['data_type']))}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}

{# And those of a seed. #}
{% macro postgres__create_csv_table(model, agate_table) -%}
    {%- set declared = model['config'].get('column_types', {}) -%}
    {%- set types = {} -%}
    {%- for name in agate_table.column_names -%}
        {%- do types.update({name: column_type(declared.get(name, adapter.convert_type(agate_table, loop.index0)))}) -%}
    {%- endfor -%}
    {%- do model['config'].update({'column_types': types}) -%}
    {{ return(dbt.default__create_csv_table(model, agate_table)) }}
{%- endmacro %}

{# And the texts of a unit test's rows. #}
{% macro postgres__safe_cast(field, type) -%}
    {%- set name = type_name(type) -%}
    cast({{ field }} as {{ name }}){{ postgres__collate() if name in ('text', 'character varying') }}
{%- endmacro %}
