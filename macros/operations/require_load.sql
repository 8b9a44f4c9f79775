{#
    Before anything is built: one sentence where no exports have been loaded, instead of a database error per model. What dbt runs
    without building (seed, test, compile, docs) needs none.
#}
{% macro require_load() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set run = source('raw', '_run') -%}
        {%- if adapter.get_relation(database=run.database, schema=run.schema, identifier=run.identifier) is none -%}
            {{ exceptions.raise_compiler_error(
                'No exports are loaded yet: run `python scripts/run.py load` first, or `make run` for all of it.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
