{#
    Unit tests on DuckDB. The adapter finds the types of a query's columns by a table made, described and dropped; DuckDB can describe
    the query itself.
#}
{% materialization unit, adapter='duckdb' -%}
    {%- set types = {} -%}
    {%- set quoted = {} -%}
    {%- for column in adapter.get_column_schema_from_query(sql) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set compared = [] -%}
    {%- for name in (rows[0] if rows else types) -%}
        {%- do compared.append(quoted[name | lower]) -%}
    {%- endfor -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, config.get('expected_sql') or get_expected_sql(rows, types, quoted), compared) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmaterialization %}

{# The columns of a table or view: asked for without the agate table that the adapter's own way goes through. #}
{% macro duckdb__get_columns_in_relation(relation) -%}
    {{ return(adapter.get_column_schema_from_query('select * from ' ~ relation)) }}
{%- endmacro %}
