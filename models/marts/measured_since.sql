{#
    One row per KPI: the day from which on all that it needs is measured; NULL where something of it is not.

    A KPI needs one entity of each group of `needs` in its meta; without such groups, one of its `entities`.
#}

with

kpis as (
    {% for kpi in kpi_needs() %}
    select
        {{ text_literal(kpi.name) }} as kpi,
        {{ 'true' if kpi.has_zeros else 'false' }} as has_zeros,
        {{ kpi.settles_after_days }} as settles_after_days,
        {{ kpi.groups | length }} as group_count
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

needs as (
    {% for kpi in kpi_needs() %}
    {%- set outer = loop %}
    {%- for group in kpi.groups %}
    {%- set middle = loop %}
    {%- for measure in group %}
    select
        {{ text_literal(kpi.name) }} as kpi,
        {{ middle.index }} as group_number,
        {{ text_literal(measure) }} as measure
    {{ 'union all' if not (outer.last and middle.last and loop.last) }}
    {% endfor %}
    {%- endfor %}
    {%- endfor %}
),

groups_met as (

    select
        needs.kpi,
        needs.group_number,
        min(first_days.first_day) as first_day

    from needs
    inner join {{ ref('first_days') }} as first_days
        on needs.measure = first_days.measure

    group by needs.kpi, needs.group_number

),

met as (

    select
        kpi,
        count(*) as group_count,
        max(first_day) as first_day

    from groups_met

    group by kpi

)

select
    kpis.kpi,
    {{ dbt.cast('met.first_day', 'date') }} as first_day,
    kpis.has_zeros,
    kpis.settles_after_days

from kpis
left join met
    on
        kpis.kpi = met.kpi
        and kpis.group_count = met.group_count
