{# The KPI models in the project, sorted by name: those whose meta holds `kpi`. Known only while SQL is compiled, not while it is parsed. #}
{% macro kpi_nodes() -%}
    {{ return(graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('config.meta.kpi', 'defined') | sort(attribute='name') if execute else []) }}
{%- endmacro %}


{# A text as a SQL literal; none becomes a typed NULL. #}
{% macro text_literal(text) -%}
    {{ dbt.cast('null' if text is none or text is not defined else "'" ~ dbt.escape_single_quotes(text) ~ "'", 'string') }}
{%- endmacro %}
