{#
    The key of a row's person: whatever its id and address are tied to is one person; NULL where the row names nobody. Needs `person_ids`
    joined as `ids` by `same_identity`.
#}
{% macro person_key(rows, ids='person_ids') -%}
    coalesce({{ ids }}.person_key, {{ rows }}.email_hash, {{ rows }}.source || ':' || {{ rows }}.person_id)
{%- endmacro %}


{# What joins the model `person_ids` to rows that name a person: the same tool, id and address, each of which may be missing. #}
{% macro same_identity(rows, ids='person_ids') -%}
    {{ rows }}.source = {{ ids }}.source
    and coalesce({{ rows }}.person_id, '') = coalesce({{ ids }}.person_id, '')
    and coalesce({{ rows }}.email_hash, '') = coalesce({{ ids }}.email_hash, '')
{%- endmacro %}


{#
    Whom a record is of that names nobody itself, by the records of the same thing that it stands for, as a query: source, ID, person_key,
    one row per record that stands; of several persons the one of the best-ranked record.

    records: a relation with source, ID, person_key and report_rank.
    id: the column of the record's id.
    twins: a relation with source, ID, twin_source and twin_ID: a record and the one that stands for it.
#}
{% macro persons_of_twins(records, id, twins='twins') -%}
select
    source,
    {{ id }},
    person_key

from (
    select
        twins.twin_source as source,
        twins.twin_{{ id }} as {{ id }},
        records.person_key,
        row_number() over (
            partition by twins.twin_source, twins.twin_{{ id }}
            order by records.report_rank, records.source, records.{{ id }}
        ) as row_rank

    from {{ twins }} as twins
    inner join {{ records }} as records
        on
            twins.source = records.source
            and twins.{{ id }} = records.{{ id }}

    where records.person_key is not null
) as told

where row_rank = 1
{%- endmacro %}
