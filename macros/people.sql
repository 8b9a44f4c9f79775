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
