{# Views and tables on DuckDB. #}
{% materialization view, adapter='duckdb' -%}
    {{ return(put_in_place(this.incorporate(type='view'))) }}
{%- endmaterialization %}

{% materialization table, adapter='duckdb' -%}
    {{ return(put_in_place(this.incorporate(type='table'))) }}
{%- endmaterialization %}

{#
    Builds a model in the place of what stood there, in one transaction, so that nobody meets it half built. The adapter builds beside,
    renames twice and drops, which costs more than the model itself in a project of hundreds of views. Stands for the view and the table of
    dbt-duckdb 1.11; grants, of which DuckDB has none, and `full_refresh`, of which a view and a table know nothing, are left out.
#}
{% macro put_in_place(relation) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if existing is not none -%}
        drop {{ existing.type }} if exists {{ existing }};
        {%- endif %}
        {{ create_view_as(relation, sql) if relation.is_view else create_table_as(False, relation, sql) }}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}
