{#
    The KPI models in the project, sorted by name: those whose meta holds `kpi`, or those of them that `--vars '{only_kpis: [...]}'` lists. Known only
    while SQL is compiled, not while it is parsed.
#}
{% macro kpi_nodes() -%}
    {%- set all = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('config.meta.kpi', 'defined') if execute else [] -%}
    {%- set only = var('only_kpis', none) -%}
    {{ return((all if only is none else all | selectattr('name', 'in', only)) | sort(attribute='name')) }}
{%- endmacro %}


{# A text as a SQL literal; none becomes a typed NULL. #}
{% macro text_literal(text) -%}
    {{ dbt.cast('null' if text is none or text is not defined else "'" ~ dbt.escape_single_quotes(text) ~ "'", 'string') }}
{%- endmacro %}


{# What a KPI's shape was given: {name, slices, settles_after_days, by}; a model that ends with none has no slices and settles at once. #}
{% macro kpi_shape_of(node) -%}
    {{ return(node.config.meta.shape or {'name': none, 'slices': [], 'settles_after_days': 0, 'by': none}) }}
{%- endmacro %}


{# The tools whose staging models feed a KPI: those of the entities that its meta names. #}
{% macro kpi_sources_of(node) -%}
    {%- set sources = [] -%}
    {%- for entity in node.config.meta.kpi.entities -%}
        {%- for model in staging_models(entity) -%}
            {%- do sources.append(model.split('__')[0][4:]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sources | unique | sort) }}
{%- endmacro %}


{# Where a KPI's figures count their observations: as its meta says, else by its unit; none where nothing counts them. #}
{% macro kpi_observations_of(node) -%}
    {%- set meta = node.config.meta.kpi -%}
    {%- set by_unit = {
        'rate': 'denominator', 'points': 'denominator', 'seconds': 'denominator', 'days': 'denominator', 'count': 'numerator',
    } -%}
    {{ return(meta.observations or by_unit.get(meta.unit)) }}
{%- endmacro %}


{#
    What each KPI needs to be measured, as a list of {name, has_zeros, settles_after_days, groups}: one entity of each group, by its meta `needs`
    or else `entities`. has_zeros: it is a total of what is placed by its day. A macro of its own so that a unit test can say it.
#}
{% macro kpi_needs() -%}
    {%- set found = [] -%}
    {%- for node in kpi_nodes() -%}
        {%- set meta, shape = node.config.meta.kpi, kpi_shape_of(node) -%}
        {%- do found.append({
            'name': node.name,
            'has_zeros': shape.name == 'total' and shape.by == 'day',
            'settles_after_days': shape.settles_after_days,
            'groups': meta.needs or [meta.entities],
            'numerator_groups': meta.numerator_needs or meta.needs or [meta.entities],
        }) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#
    The KPIs of the union `kpis`: all that it names, or those of them that `--vars '{only_kpis: [...]}'` lists, as where definitions are compared.
    A macro of its own so that a unit test can look at a few.
#}
{% macro kpis_united(names) -%}
    {%- set only = var('only_kpis', none) -%}
    {{ return(names if only is none else names | select('in', only) | list) }}
{%- endmacro %}
