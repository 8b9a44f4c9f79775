{#
    Whether a row of `journey_steps` tells of a step that its journey has, as a condition. Steps count from 1 to `steps_total`.

    alias: of the row.
#}
{% macro is_a_step(alias) -%}
    {{ alias }}.step_number between 1 and {{ alias }}.steps_total
{%- endmacro %}
