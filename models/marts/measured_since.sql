{#
    One row per KPI: the day from which on all that it needs is measured, and that from which on its numerator is; NULL where something of it is
    not.

    A KPI needs one entity of each group of `needs` in its meta; without such groups, one of its `entities`. Its numerator needs the groups in
    `numerator_needs`, else all.
#}

with

kpis as (
    {% for kpi in kpi_needs() %}
    select
        {{ text_literal(kpi.name) }} as kpi,
        {{ 'true' if kpi.has_zeros else 'false' }} as has_zeros,
        {{ kpi.settles_after_days }} as settles_after_days,
        {{ kpi.groups | length }} as group_count,
        {{ kpi.numerator_groups | length }} as numerator_group_count
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
        {{ 1 if group in kpi.numerator_groups else 0 }} as feeds_numerator,
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
        needs.feeds_numerator,
        min(first_days.first_day) as first_day

    from needs
    inner join {{ ref('first_days') }} as first_days
        on needs.measure = first_days.measure

    group by needs.kpi, needs.group_number, needs.feeds_numerator

),

met as (

    select
        kpi,
        count(*) as group_count,
        max(first_day) as first_day,
        sum(feeds_numerator) as numerator_group_count,
        max(case when feeds_numerator = 1 then first_day end) as numerator_first_day

    from groups_met

    group by kpi

)

select
    kpis.kpi,
    {{ dbt.cast('case when kpis.group_count = met.group_count then met.first_day end', 'date') }} as first_day,
    {{ dbt.cast(
        'case when kpis.numerator_group_count = met.numerator_group_count then met.numerator_first_day end', 'date'
    ) }} as numerator_first_day,
    kpis.has_zeros,
    kpis.settles_after_days

from kpis
left join met
    on kpis.kpi = met.kpi
