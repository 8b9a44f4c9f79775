{#
    The entries of a lookup that stand twice, lack a word or use one that nobody knows, with the reason.

    key: columns that name an entry; NULLs are equal. one_of: {column: its words}. listed: {column: 'lookup.column' that lists its
    words}. optional: those of all these columns that may be empty.
#}
{% test is_lookup(model, key, one_of={}, listed={}, optional=[]) %}

select
    {{ key | join(', ') }},
    'it stands twice' as why

from {{ model }}

group by {{ key | join(', ') }}

having count(*) > 1
{% for column in (key + (one_of | list) + (listed | list)) | unique if column not in optional %}
union all

select
    {{ key | join(', ') }},
    '{{ column }} is empty' as why

from {{ model }}

where {{ column }} is null
{% endfor %}
{%- for column, words in one_of.items() %}
union all

select
    {{ key | join(', ') }},
    '{{ column }} is none of {{ words | join(", ") }}' as why

from {{ model }}

where {{ column }} not in ('{{ words | join("', '") }}')
{% endfor %}
{%- for column, place in listed.items() %}
{%- set lookup, listing = place.split('.') %}
union all

select
    {{ key | join(', ') }},
    '{{ column }} is not in {{ lookup }}' as why

from {{ model }}

where
    {{ column }} is not null
    and {{ column }} not in (select {{ listing }} from {{ ref(lookup) }} where {{ listing }} is not null)
{% endfor %}

{% endtest %}
