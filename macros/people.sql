{#
    The key of a row's person: the hashed address that the tool's person_id belongs to, else the row's own hashed address,
    else the tool and its id; NULL for an unknown person. Needs `person_ids` joined as `ids` on source and person_id.
#}
{% macro person_key(rows, ids='person_ids') -%}
    coalesce({{ ids }}.person_key, {{ rows }}.email_hash, {{ rows }}.source || ':' || {{ rows }}.person_id)
{%- endmacro %}
