{# Unit tests on PostgreSQL: the adapter's own way names a table by the test, and 63 characters are too few for a sentence. #}
{% materialization unit, adapter='postgres' -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set probe = api.Relation.create(identifier='unit_test__dbt_tmp', type='table') -%}
    {%- do run_query('create temporary table ' ~ probe ~ ' as ' ~ get_empty_subquery_sql(sql)) -%}
    {%- set types, names = {}, {} -%}
    {%- for column in adapter.get_columns_in_relation(probe) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- do names.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
    {%- do run_query('drop table ' ~ probe) -%}
    {%- set compared = [] -%}
    {%- for name in (rows[0] if rows else types) -%}
        {%- do compared.append(names[name | lower]) -%}
    {%- endfor -%}
    {%- set expected = config.get('expected_sql') or get_expected_sql(rows, types, names) -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected, compared) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmaterialization %}
