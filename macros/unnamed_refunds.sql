{#
    Sales whose status alone says that they were given back, held against refunds that name no sale: a whole select. Such a refund may be of
    any sale before it. It is one that was given back, the latest first, where those that follow it come to half of it at least: then they
    say what was given back, and the status would take it twice.

    rows: SQL of a relation whose rows tell `given_back` (the sum of a sale whose status says so, else 0) and `unnamed_refund` (that of such
    a refund, else 0). owner: the columns of whose sales may be whose refunds'; day, row_id: columns, in whose order rows come.
    Returns all columns of rows, refunds_after (what refunds of that day and later come to) and has_refund_rows.
#}
{% macro held_against_unnamed_refunds(rows, owner, day, row_id) -%}
    select
        *,
        given_back > 0
        and 2 * (
            refunds_after - coalesce(sum(case when 2 * refunds_after >= given_back then given_back else 0 end) over (
                partition by {{ owner }}
                order by {{ day }}, {{ row_id }}
                rows between 1 following and unbounded following
            ), 0)
        ) >= given_back as has_refund_rows

    from (

        select
            *,
            sum(unnamed_refund) over (
                partition by {{ owner }}
                order by {{ day }}
                range between current row and unbounded following
            ) as refunds_after

        from {{ rows }}

    ) as met_by_refunds
{%- endmacro %}
