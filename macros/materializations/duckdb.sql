{#
    Models on DuckDB, each put in place by one statement in one transaction, so that nobody meets one half built. The adapter builds
    beside, renames twice and drops, which costs more than the model itself in a project of hundreds of views.
#}
{% materialization view, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='view') -%}
    {%- do drop_if_of_other_type(relation) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ create_view_as(relation, sql) | replace('create view', 'create or replace view', 1) }}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{% materialization table, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- do drop_if_of_other_type(relation) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ create_table_as(False, relation, sql) | replace('table', 'or replace table', 1) }}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# DuckDB replaces a view by a view and a table by a table only. #}
{% macro drop_if_of_other_type(relation) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing is not none and existing.type != relation.type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{%- endmacro %}
