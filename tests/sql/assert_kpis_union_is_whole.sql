-- depends_on: {{ ref('kpis') }}
-- Every model that calls itself a KPI is in the union, and nothing else is.
{%- set union_model = (graph.nodes.values() | selectattr('name', 'equalto', 'kpis') | list) if execute else [] %}
{%- set beside = ['model.' ~ project_name ~ '.measured_since', 'model.' ~ project_name ~ '.period_bounds'] %}
{%- set in_union = (union_model | first).depends_on.nodes | reject('in', beside) | list if union_model else [] %}
{%- set declared = kpi_nodes() | map(attribute='unique_id') | list %}

with

kpi_models as (
    {% for model in (in_union + declared) | unique | sort %}
    select
        '{{ model }}' as model,
        {{ 1 if model in in_union else 0 }} as is_in_union,
        {{ 1 if model in declared else 0 }} as is_declared

    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_models

where is_in_union <> is_declared
