{#
    A query: the spans of time in `rows`, those of one key that overlap or touch made one.

    rows: name of a CTE. keys: its columns that say whose span it is. starts, ends: its columns with the first moment or day of the span and
    the first after it, never NULL (far_future() for an open end). also: further select items, aggregates over the spans made one.
    Returns the keys, `span_number` (from 1 within the keys), starts, ends and `also`.
#}
{% macro merged_spans(rows, keys, starts, ends, also=[]) -%}
select
    {{ keys | join(',\n    ') }},
    cast(span_number as bigint) as span_number,
    min({{ starts }}) as {{ starts }},
    max({{ ends }}) as {{ ends }}
    {%- for item in also %},
    {{ item }}
    {%- endfor %}

from (

    select
        *,
        sum(case when {{ starts }} <= covered_until then 0 else 1 end) over (
            partition by {{ keys | join(', ') }}
            order by {{ starts }}
            -- By range, not rows: spans of one start are of one number, in whatever order they were looked at.
            range between unbounded preceding and current row
        ) as span_number

    from (

        select
            *,
            max({{ ends }}) over (
                partition by {{ keys | join(', ') }}
                order by {{ starts }}, {{ ends }}
                rows between unbounded preceding and 1 preceding
            ) as covered_until

        from {{ rows }}

    ) as preceded

) as numbered

group by {{ keys | join(', ') }}, span_number
{%- endmacro %}
