{#
    Which records a tool has merged into which others, as a query: record_id (the one that remains) and merged_id, one row for each pair.

    relation: the export, with the columns record_id and merged_ids, ids between semicolons, of which the first 65,536 characters are
    read: HubSpot merges 250 records at most into one. A record that names itself is not merged.
#}
{% macro merged_records(relation) -%}
with

numbers as (

    {{ dbt.generate_series(65536) }}

),

lists as (

    select
        record_id,
        ';' || replace(merged_ids, ' ', '') || ';' as merged_ids

    from {{ relation }}

    where merged_ids is not null

),

-- What follows a semicolon, up to the next.
tails as (

    select
        lists.record_id,
        substr(lists.merged_ids, cast(numbers.generated_number as int) + 1) as tail

    from lists
    inner join numbers
        on numbers.generated_number < length(lists.merged_ids)

    where substr(lists.merged_ids, cast(numbers.generated_number as int), 1) = ';'

)

select
    record_id,
    substr(tail, 1, {{ dbt.position("';'", 'tail') }} - 1) as merged_id

from tails

where
    tail not like ';%'
    and substr(tail, 1, {{ dbt.position("';'", 'tail') }} - 1) <> record_id

group by record_id, substr(tail, 1, {{ dbt.position("';'", 'tail') }} - 1)
{%- endmacro %}
