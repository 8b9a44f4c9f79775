{#
    Tables on PostgreSQL. The adapter's own way drops what stood there, and `cascade` takes every view that reads it along: a run that
    leaves the views out would lose them. Here rows are exchanged in one transaction while the columns stay as they are.
#}
{% materialization table, adapter='postgres' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set enforced = config.get('contract').enforced -%}
    {{ run_hooks(pre_hooks) }}
    {#- A contract orders the columns as it names them. -#}
    {%- set ordered = get_select_subquery(sql) if enforced else sql -%}
    {%- set stays = existing is not none and existing.is_table and has_columns_of(relation, ordered) -%}
    {%- if existing is not none and not stays -%}
        {#- By the adapter, whose cache then knows which views went along. -#}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if stays -%}
        {%- if enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
        truncate {{ relation }};
        insert into {{ relation }} (
            {{ ordered }}
        );
        {%- else -%}
        {{ create_table_as(False, relation, sql) }}
        {%- endif -%}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {%- do run_query('analyze ' ~ relation) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# Whether a table has the columns that a query gives, by name, type and order. #}
{% macro has_columns_of(relation, sql) -%}
    {%- do run_query('create temporary view probe__dbt_tmp as ' ~ sql) -%}
    {%- set columns = "select attnum, attname, atttypid, atttypmod from pg_attribute where attnum > 0 and not attisdropped and attrelid = " -%}
    {%- set differ = run_query(
        '(' ~ columns ~ "'probe__dbt_tmp'::regclass except " ~ columns ~ "'" ~ relation ~ "'::regclass) union all ("
        ~ columns ~ "'" ~ relation ~ "'::regclass except " ~ columns ~ "'probe__dbt_tmp'::regclass)"
    ) -%}
    {%- do run_query('drop view probe__dbt_tmp') -%}
    {{ return(differ.rows | length == 0) }}
{%- endmacro %}
