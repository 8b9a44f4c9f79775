{#
    How many rows count nowhere for one reason, per tool and export: a whole select.

    what: what was reported, in the plural. rows: SQL of a relation with source and export. reason: why such rows count nowhere.
    condition: SQL over rows; none: all of them. Returns what, source, export, reason, row_count and amount, which is NULL.
#}
{% macro excluded_rows(what, rows, reason, condition=none) -%}
    select
        '{{ what }}' as what,
        source,
        export,
        '{{ reason }}' as reason,
        count(*) as row_count,
        {{ as_double('null') }} as amount
    from {{ rows }}
    {% if condition -%} where {{ condition }} {%- endif %}
    group by source, export
{%- endmacro %}


{#
    How many more rows were reported up to as_of than count, per tool and export: a whole select.

    what, reason: as above. reported, counted: SQL of relations with source and export; day: the column of `reported` that says when.
    Returns the columns of excluded_rows.
#}
{% macro uncounted_rows(what, reported, day, counted, reason) -%}
    select
        '{{ what }}' as what,
        source,
        export,
        '{{ reason }}' as reason,
        cast(sum(row_count) as bigint) as row_count,
        {{ as_double('null') }} as amount
    from
        (
            select
                told.source,
                told.export,
                1 as row_count
            from {{ reported }} as told
            inner join {{ source('raw', '_run') }} as run
                on told.{{ day }} <= run.as_of
            union all
            select
                source,
                export,
                -1 as row_count
            from {{ counted }}
        ) as told_less_counted
    group by source, export
    having sum(row_count) > 0
{%- endmacro %}
