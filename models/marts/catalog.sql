{# One row per KPI: what it is, as its YAML says. #}

with

described as (
    {%- for node in kpi_nodes() %}
    {%- set meta, shape = node.config.meta.kpi, kpi_shape_of(node) %}

    select
        {{ text_literal(node.name) }} as kpi,
        {{ text_literal(meta.label) }} as label,
        {{ text_literal(node.config.group) }} as family,
        {{ text_literal(meta.unit) }} as unit,
        {{ text_literal(meta.better) }} as better,
        {{ text_literal(meta.formula) }} as formula,
        {{ text_literal(node.description | trim) }} as description,
        {{ text_literal(meta.owner) }} as owner,
        {{ 'true' if meta.is_additive else 'false' }} as is_additive,
        {{ 'true' if meta.grows_with_age else 'false' }} as grows_with_age,
        {{ text_literal(kpi_observations_of(node)) }} as observations,
        {{ shape.settles_after_days }} as settles_after_days,
        {{ text_literal(shape.slices | join(', ')) }} as slices,
        {{ text_literal(kpi_sources_of(node) | join(', ')) }} as sources,
        {{ text_literal(meta.caveats) }} as caveats,
        {{ text_literal(meta.decision) }} as decision,
        {{ text_literal(meta.since) }} as since
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

measured as (

    select
        kpi,
        count(value) as row_count

    from {{ ref('kpis') }}

    group by kpi

)

select
    described.kpi,
    described.label,
    described.family,
    described.unit,
    described.better,
    described.formula,
    described.description,
    described.owner,
    described.is_additive,
    described.grows_with_age,
    described.observations,
    described.settles_after_days,
    described.slices,
    described.sources,
    described.caveats,
    described.decision,
    described.since,
    coalesce(measured.row_count, 0) as row_count

from described
left join measured
    on described.kpi = measured.kpi
