{#
    A query: rows that start something and rows that end it, taking turns. A start waits for an end, an end ends the wait of the latest
    start of the same owner and a like amount.

    rows: name of a CTE with owner, source, row_id, amount, is_end (1 ends, 0 starts), happened_on, happened_at. A day's starts come before
    its ends. like_from: the least amount that is like the next greater one, in terms of `amount`.
    Returns start_source, start_id, start_amount, start_on and the same of the end; whether they are near enough is the caller's to say.
#}
{% macro pairs_in_turn(rows, like_from) -%}
select
    start_source,
    start_id,
    start_amount,
    start_on,
    source as end_source,
    row_id as end_id,
    amount as end_amount,
    happened_on as end_on

from (

    select
        source,
        row_id,
        is_end,
        amount,
        happened_on,
        lag(is_end) over wait as was_end,
        lag(source) over wait as start_source,
        lag(row_id) over wait as start_id,
        lag(amount) over wait as start_amount,
        lag(happened_on) over wait as start_on

    from (

        select
            *,
            -- At each depth starts and ends take turns.
            sum(1 - 2 * is_end) over (
                partition by owner, amount_number
                order by happened_on, is_end, happened_at, source, row_id
                rows unbounded preceding
            ) + is_end as depth

        from (

            select
                *,
                sum(is_other_amount) over (partition by owner order by amount range unbounded preceding) as amount_number

            from (

                select
                    *,
                    case
                        when {{ like_from }} <= lag(amount) over (partition by owner order by amount) then 0
                        else 1
                    end as is_other_amount

                from {{ rows }}

            ) as steps

        ) as alike

    ) as waits

    window wait as (
        partition by owner, amount_number, depth
        order by happened_on, is_end, happened_at, source, row_id
    )

) as turns

where
    is_end = 1
    and was_end = 0
{%- endmacro %}


{#
    A query: of pairs of records that two tools tell alike, those that are one thing. A record is one of another tool's at most: of two that
    are like one, the nearer; of two that are like two, each has its own.

    pairs: name of a CTE with source, ID, twin_source, twin_ID and what nearest_by names, one row per pair, each pair both ways round.
    id: the column of the record's id. nearest_by: what orders the pairs of a record, the same both ways round.
#}
{% macro one_for_one(pairs, id, nearest_by) -%}
select *

from (

    select
        *,
        row_number() over (
            partition by source, {{ id }}, twin_source
            order by {{ nearest_by }}, twin_{{ id }}
        ) as place_of_twin,
        row_number() over (
            partition by twin_source, twin_{{ id }}, source
            order by {{ nearest_by }}, {{ id }}
        ) as place

    from {{ pairs }}

) as places

where place = place_of_twin
{%- endmacro %}
