{#
    Unit tests on DuckDB. The adapter's own way asks the database for columns through tables made, described and dropped, and fills
    every row up cell by cell; here DuckDB describes the query itself, and lines rows up by their columns' names.
#}
{% materialization unit, adapter='duckdb' -%}
    {%- set types = column_types(sql) -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set compared = [] -%}
    {%- for name in (rows[0] if rows else types) -%}
        {%- do compared.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {%- set none_expected = 'select * from dbt_internal_unit_test_actual limit 0' -%}
    {%- set expected = config.get('expected_sql') or (typed_rows(rows, types) if rows else none_expected) -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected, compared) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmaterialization %}

{# What a unit test gives for a model that it reads, with the columns and types of the table that stands for it. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {%- if target.type != 'duckdb' -%}
        {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
    {%- endif -%}
    select * from {{ this }} where false
    {%- if rows %}
    union all by name
    {{ typed_rows(rows, column_types('select * from ' ~ this)) }}
    {%- endif -%}
{%- endmacro %}

{# `rows` as a query; what a row does not name is NULL. Raises a compilation error for a column that `types` has not. #}
{% macro typed_rows(rows, types) -%}
    {%- for row in rows %}
    select
        {%- for name, value in row.items() %}
        {%- if name not in types -%}
            {{ exceptions.raise_compiler_error("A fixture of " ~ model.name ~ " has a column '" ~ name ~ "'; there are " ~ types | join(', ')) }}
        {%- endif %}
        cast({{ "'" ~ value | replace("'", "''") ~ "'" if value is string else 'null' if value is none else value }} as {{ types[name] }}) as {{ adapter.quote(name) }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all by name' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The columns of a query, {name: type}. #}
{% macro column_types(query) -%}
    {%- set types = {} -%}
    {%- for column in get_column_schema_from_query(query) -%}
        {%- do types.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}
