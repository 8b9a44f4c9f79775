{#
    Creates, empty and typed, what models read beside seeds: dbt looks up the types of a unit test's rows in the database.

    `dbt seed` and `dbt run-operation create_typed_parents` make a new database ready for all unit tests.
#}
{% macro create_typed_parents() %}
    {%- set parents = (graph.nodes.values() | list) + (graph.sources.values() | list) -%}
    {%- set schemas, tables = [], [] -%}
    {%- for node in parents -%}
        {%- set types = declared_types(node) -%}
        {%- if types -%}
            {%- do schemas.append('create schema if not exists ' ~ node.schema) -%}
            {%- set columns = [] -%}
            {%- for name, type in types.items() -%}
                {%- do columns.append(adapter.quote(name) ~ ' ' ~ column_type(type)) -%}
            {%- endfor -%}
            {%- do tables.append('create table ' ~ node.schema ~ '.' ~ adapter.quote(node.name) ~ ' (' ~ columns | join(', ') ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set statements = schemas | unique | list + tables -%}
    {#- Spark takes one statement at a time; the others are faster with all at once. -#}
    {%- for statement in (statements if target.type == 'spark' else [statements | join('; ')]) -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{% endmacro %}


{# The columns of what a model reads, {name: type}: by its entity's or its own declaration; none where nothing is declared. #}
{% macro declared_types(node) -%}
    {%- set types = {} -%}
    {%- if node.name[:4] == 'all_' and node.name[4:] in vocabulary() -%}
        {%- do types.update({'source': 'varchar', 'export': 'varchar'}, **vocabulary()[node.name[4:]]) -%}
    {%- elif node.resource_type == 'model' or node.source_name == 'raw' -%}
        {%- for column in node.columns.values() if column.data_type -%}
            {%- do types.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(types) }}
{%- endmacro %}
